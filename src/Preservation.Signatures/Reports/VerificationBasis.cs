using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Preservation.Signatures.Validation;

namespace Preservation.Signatures.Reports;

/// <summary>What a report rests on besides the file: with the same, it can be made again to the byte.</summary>
/// <param name="Engine">Name and version of the validation engine.</param>
/// <param name="At">The verification's time.</param>
/// <param name="Policies">Validation policies, each with the SHA-256 of its file.</param>
/// <param name="Algorithms">Catalogues of algorithms, each with the SHA-256 of its file.</param>
/// <param name="TrustAnchors">SHA-256 of <see cref="Path.TrustAnchors.Json"/>: certificates, families, dates and sources; empty without anchors.</param>
public sealed record VerificationBasis(
    string Engine, DateTimeOffset At, ImmutableArray<PinnedFile> Policies, ImmutableArray<PinnedFile> Algorithms, string TrustAnchors)
{
    /// <summary>SHA-256, hexadecimal, of the certificates, lists and responses that were given beside the file, in the order they were given.</summary>
    public ImmutableArray<string> Material { get; init; } = [];

    /// <summary>When something outside the file proves that it existed; null when nothing was given.</summary>
    public DateTimeOffset? ExistedSince { get; init; }

    /// <summary>SHA-256, hexadecimal, over engine, policies, algorithms and anchors: two verdicts with the same were made by the same rules.</summary>
    [JsonIgnore]
    public string Rules => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [
        Engine, .. Policies.Select(p => $"policy {p.Id} {p.Sha256}"), .. Algorithms.Select(a => $"algorithms {a.Id} {a.Sha256}"), $"anchors {TrustAnchors}"]))));

    /// <summary>What a report made by a policy at a time rests on.</summary>
    public static VerificationBasis Of(VerificationPolicy policy, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new VerificationBasis(
            SignatureValidation.Engine, at.ToUniversalTime(), [.. policy.Validations.Select(p => new PinnedFile(p.Id, p.Sha256))],
            [.. policy.Validations.SelectMany(p => p.Catalogues).DistinctBy(c => (c.Name, c.Digest)).Select(c => new PinnedFile(c.Name, c.Digest))],
            policy.TrustAnchors.Sha256)
        {
            Material = [.. policy.Intermediates.Concat(policy.Crls).Concat(policy.OcspResponses).Select(m => Convert.ToHexStringLower(SHA256.HashData(m.Span)))],
            ExistedSince = policy.ExistedSince?.ToUniversalTime(),
        };
    }
}

/// <summary>A file that is named by its content.</summary>
/// <param name="Id">Its short name.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
public sealed record PinnedFile(string Id, string Sha256);
