using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>What is to be said of a certificate at a time; the path runs from the certificate to its anchor.</summary>
internal sealed record PathVerdict(
    Indication Indication, SubIndication? SubIndication, ImmutableArray<Certificate> Path, ImmutableArray<Finding> Findings)
{
    /// <summary>What vouches for the path's end; null when nothing does at that time.</summary>
    public TrustAnchor? Anchor { get; init; }

    /// <summary>What stands against the path, in the order of the checks.</summary>
    public ImmutableArray<PathFault> Faults { get; init; } = [];

    /// <summary>What the certificates' signatures rest on; the anchor's own is not asked about.</summary>
    public IEnumerable<AlgorithmUse> Algorithms => Path.Zip(Path.Skip(1), (child, issuer) => child.Uses(issuer)).SelectMany(u => u).Distinct();

    /// <summary>Revocation facts that were used, of every certificate below the anchor.</summary>
    public ImmutableArray<(Certificate Certificate, RevocationFacts Facts)> Revocation { get; init; } = [];
}
