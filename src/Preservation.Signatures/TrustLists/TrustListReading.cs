using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Preservation.Core.Findings;

namespace Preservation.Signatures.TrustLists;

/// <summary>A trusted list that was looked at.</summary>
/// <param name="Name">File name, or the address it was fetched from.</param>
/// <param name="Bytes">The document.</param>
public sealed record TrustListReading(string Name, ReadOnlyMemory<byte> Bytes)
{
    private string? _sha256;

    /// <summary>What it says; null when it cannot be read.</summary>
    public TrustList? List { get; init; }

    /// <summary>The certificate its signature was made with, DER; empty when that is not known or the signature does not hold.</summary>
    public ReadOnlyMemory<byte> Signer { get; init; }

    /// <summary>Is it used: its signature holds, covers the whole of it, is by somebody who was named for it, and no newer edition is at hand.</summary>
    public bool IsUsed { get; init; }

    /// <summary>Is the same document used under another name.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>What was found: why it is not used, or what of it is not.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>When it or the list that vouches for it must have been replaced; null when no such time is set.</summary>
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>SHA-256 of the document, hexadecimal.</summary>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    /// <summary>The findings, and that it is out of date when it is (§5.3.15).</summary>
    public IEnumerable<Finding> FindingsAt(DateTimeOffset now) => IsUsed && NextUpdate < now
        ? Findings.Append(new Finding(TrustListRules.Expired, Name, null, NextUpdate.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))) : Findings;

    internal TrustListReading Refuse(Rule rule, string? found = null, string? expected = null) =>
        this with { IsUsed = false, Findings = Findings.Add(new Finding(rule, Name, expected, found)) };
}
