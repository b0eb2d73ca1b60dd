using System.Collections.Concurrent;
using System.Security.Cryptography;
using Preservation.Evidence.Records;
using Preservation.Signatures;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Verification;

/// <summary>
/// Remembers what was said of tokens whose signatures hold, so that the thousands of records of one batch cost one verification of their tokens. What
/// is remembered holds for one policy, one time and records with the very same tokens; a record with material of its own is judged anew. Safe
/// for several threads.
/// </summary>
/// <param name="policy">Trust and revocation lists.</param>
/// <param name="now">The verification's time.</param>
public sealed class JudgedTokens(VerificationPolicy policy, DateTimeOffset now)
{
    private const int MaxEntries = 10_000;
    private readonly ConcurrentDictionary<string, (string Path, TimeStampReport Report)> _reports = [];

    /// <summary>The policy.</summary>
    public VerificationPolicy Policy => policy;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => now;

    /// <summary>What stands for all tokens of a record; null when it must be judged anew.</summary>
    internal static string? KeyOf(EvidenceRecord record)
    {
        if (record.Material != EmbeddedMaterial.None && !(record.Material.Certificates.IsEmpty && record.Material.Crls.IsEmpty && record.Material.OcspResponses.IsEmpty)) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach (var chain in record.Chains)
            foreach (var stamp in chain)
            {
                BitConverter.TryWriteBytes(length, (long)stamp.TokenEncoded.Length);
                hash.AppendData(length);
                hash.AppendData(stamp.TokenEncoded.Span);
            }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    internal TimeStampReport? Find(string key, int number, string path)
    {
        if (!_reports.TryGetValue($"{key} {number}", out var known)) return null;
        return known.Report with { Findings = [.. known.Report.Findings.Select(f => f.Path == known.Path ? f with { Path = path } : f)] };
    }

    internal void Keep(string key, int number, string path, TimeStampReport report)
    {
        if (_reports.Count >= MaxEntries) _reports.Clear();
        _reports[$"{key} {number}"] = (path, report);
    }
}
