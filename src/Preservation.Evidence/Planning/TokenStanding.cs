using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures.Path;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.Planning;

/// <summary>How a time-stamp token stands that is the newest of its chain: by what it proves, and until when at most.</summary>
public sealed record TokenStanding
{
    /// <summary>Names the token.</summary>
    public required string Id { get; init; }

    /// <summary>Names the tree whose root it is over: one over objects, or one over earlier tokens.</summary>
    public required string Batch { get; init; }

    /// <summary>Names what is proven in the end. Tokens of one subject are each other's second proof; null: those of one <see cref="Batch"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>The function of the tree, which is that of the token's imprint too.</summary>
    public required DigestAlgorithm TreeAlgorithm { get; init; }

    /// <summary>Digests and signature algorithms of the token and of the certificates above it.</summary>
    public required ImmutableArray<UsedAlgorithm> Algorithms { get; init; }

    /// <summary>The last moments of its authority's certificate and of those above it.</summary>
    public required ImmutableArray<DateTimeOffset> CertificateEnds { get; init; }

    /// <summary>The time it states.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The earliest revocation of one of its certificates that is known.</summary>
    public TokenRevocation? Revocation { get; init; }

    /// <summary>Objects that stand under it.</summary>
    public long Leaves { get; init; }

    /// <summary>Bytes to read when their tree is renewed.</summary>
    public long Bytes { get; init; }

    internal string Proves => Subject ?? Batch;

    /// <summary>What a token's own bytes say about it.</summary>
    /// <param name="id">Names the token.</param>
    /// <param name="batch">Names its tree.</param>
    /// <param name="token">The token (DER).</param>
    /// <param name="issuers">Certificates above its authority that it does not carry itself.</param>
    /// <exception cref="ArgumentException">It is no token, its authority's certificate is not at hand, or its imprint is by a function of no tree.</exception>
    public static TokenStanding Read(string id, string batch, ReadOnlyMemory<byte> token, IEnumerable<ReadOnlyMemory<byte>> issuers)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        if (!TimeStampToken.TryDecode(token, out var decoded)) throw new ArgumentException("this is no time-stamp token", nameof(token));
        var known = issuers.Concat(decoded.Certificates).Select(c => Certificate.TryDecode(c, out var certificate) ? certificate : null).OfType<Certificate>().ToList();
        var facts = TimeStampReader.Read("archive", decoded, _ => [decoded.Imprint.ToArray()], id, known);
        var authority = facts.Certificate ?? throw new ArgumentException("the certificate of the token's authority is not at hand", nameof(issuers));
        var path = Path(authority, known);
        // The last of the token's own algorithms is that of its imprint, which is the tree's.
        var own = facts.Algorithms.SkipLast(1).Concat(path.Zip(path.Skip(1), (child, issuer) => child.Uses(issuer)).SelectMany(u => u));
        return new TokenStanding
        {
            Id = id,
            Batch = batch,
            TreeAlgorithm = HashOids.Find(decoded.ImprintAlgorithm) ?? throw new ArgumentException($"no tree is made by {decoded.ImprintAlgorithm}", nameof(token)),
            Algorithms = [.. own.Select(a => new UsedAlgorithm(a.Name, a.Bits)).Distinct()],
            CertificateEnds = [.. path.Select(c => c.NotAfter)],
            Time = decoded.Time.ToUniversalTime(),
        };
    }

    private static List<Certificate> Path(Certificate authority, List<Certificate> known)
    {
        var path = new List<Certificate> { authority };
        while (!path[^1].IsSelfIssued && known.Find(c => !path.Contains(c) && path[^1].IssuerName.Is(c.SubjectName) && path[^1].IsSignedBy(c)) is { } issuer) path.Add(issuer);
        return path;
    }
}
