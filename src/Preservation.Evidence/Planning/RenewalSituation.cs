using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Signatures.Validation;

namespace Preservation.Evidence.Planning;

/// <summary>All that a plan is made from, but the time.</summary>
public sealed record RenewalSituation
{
    /// <summary>The newest token of every chain; their order does not count.</summary>
    public required ImmutableArray<TokenStanding> Tokens { get; init; }

    /// <summary>Authorities that may be asked; none when they are not known, which is then no alarm.</summary>
    public ImmutableArray<AuthorityStanding> Authorities { get; init; } = [];

    /// <summary>Algorithms that were declared broken.</summary>
    public ImmutableArray<AlgorithmAlarm> Alarms { get; init; } = [];

    /// <summary>Whose catalogues say until when algorithms are relied on; the earliest end counts.</summary>
    public ImmutableArray<ValidationPolicy> Policies { get; init; } = [ValidationPolicy.Etsi];

    /// <summary>Functions for new trees; of those that stand longest the first is taken.</summary>
    public ImmutableArray<DigestAlgorithm> TreeAlgorithms { get; init; } = [DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256];

    /// <summary>How long before an end.</summary>
    public RenewalMargins Margins { get; init; } = RenewalMargins.Default;

    /// <summary>What can be done in a day.</summary>
    public RenewalCapacity Capacity { get; init; } = new();
}
