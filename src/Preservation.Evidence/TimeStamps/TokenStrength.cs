using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Signatures.Path;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.TimeStamps;

/// <summary>What a token rests on and how long: what the planning of renewals must know of it.</summary>
/// <param name="Algorithms">Digest functions and keys, as the catalogue of algorithms names them, keys with their bits: <c>SHA-512</c>, <c>RSA 3072</c>.</param>
/// <param name="CertificatesEndAt">The earliest end of the certificates between token and anchor; of the authority's own when it is its own anchor; null when it is not at hand.</param>
/// <param name="Signer">The authority's certificate, DER; null when it is not at hand.</param>
public sealed record TokenStrength(ImmutableArray<string> Algorithms, DateTimeOffset? CertificatesEndAt, ReadOnlyMemory<byte>? Signer)
{
    /// <summary>Certificates from the authority's own upwards, as far as they are at hand, DER.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Path { get; private init; } = [];

    private const int MaxPath = 16;

    /// <summary>Reads it from the token and its chain; whether any of it may be believed is another question.</summary>
    /// <param name="token">The token.</param>
    /// <param name="imprint">What it is over.</param>
    /// <param name="chain">Certificates above the authority's, beside those in the token.</param>
    public static TokenStrength Of(TimeStampToken token, Digest imprint, IEnumerable<ReadOnlyMemory<byte>> chain)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(imprint);
        ArgumentNullException.ThrowIfNull(chain);
        var known = token.Certificates.Concat(chain).Select(c => Certificate.TryDecode(c, out var read) ? read : null).OfType<Certificate>().DistinctBy(c => c.Fingerprint).ToList();
        var facts = TimeStampReader.Read("token", token, _ => [[.. imprint.Bytes]], "token", known);
        // The last one is that of the imprint: the tree's, not the token's.
        var algorithms = facts.Algorithms.SkipLast(1).ToList();
        if (facts.Certificate is not { } own) return new TokenStrength([.. algorithms.Select(a => a.ToString()).Distinct()], null, null);
        var ends = own.NotAfter;
        var path = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        path.Add(own.Encoded);
        for (var (at, i) = (own, 0); i < MaxPath && !at.IsSelfIssued && known.Find(c => c.SubjectName.Is(at.IssuerName)) is { } issuer; i++)
        {
            algorithms.AddRange(at.Uses(issuer));
            if (!issuer.IsSelfIssued && issuer.NotAfter < ends) ends = issuer.NotAfter;
            path.Add(issuer.Encoded);
            at = issuer;
        }
        return new TokenStrength([.. algorithms.Select(a => a.ToString()).Distinct()], ends.ToUniversalTime(), own.Encoded) { Path = path.ToImmutable() };
    }
}
