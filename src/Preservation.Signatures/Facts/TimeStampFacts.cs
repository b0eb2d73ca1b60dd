using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Facts;

/// <summary>What the bytes of one time-stamp say, before any question of trust.</summary>
internal sealed record TimeStampFacts
{
    /// <summary><c>content</c>, <c>signature</c>, <c>references</c>, <c>archive</c>, <c>document</c> (PDF DocTimeStamp) or <c>token</c> (on its own).</summary>
    public required string Kind { get; init; }

    /// <summary>The token; null when it is malformed.</summary>
    public TimeStampToken? Token { get; init; }

    /// <summary>Do its signature and its imprint hold.</summary>
    public VerificationOutcome Cryptographic { get; init; } = VerificationOutcome.Intact;

    /// <summary>Why it cannot pass, whatever the path says.</summary>
    public (Indication Indication, SubIndication Sub)? Fault { get; init; }

    /// <summary>The authority's certificate; null when it is not at hand.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>Digest and signature algorithms that the verdict rests on.</summary>
    public ImmutableArray<AlgorithmUse> Algorithms { get; init; } = [];

    /// <summary>What the token carries.</summary>
    public EmbeddedMaterial Material { get; init; } = EmbeddedMaterial.None;

    /// <summary>The validation material it is over; null for all that stands in its signature when it was made, as archive time-stamps without an index have it.</summary>
    public EmbeddedMaterial? Covers { get; init; }

    /// <summary>Ids of the signatures it is over, for a time-stamp that stands on its own.</summary>
    public ImmutableArray<string> CoveredSignatures { get; init; } = [];

    /// <summary>Part of the file it covers, for a PDF.</summary>
    public Coverage? Coverage { get; init; }

    /// <summary>Everything found on the way.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>The same with a fault: what was found first decides the outcome.</summary>
    public TimeStampFacts Fails(VerificationOutcome outcome, Indication indication, SubIndication sub, Finding finding) => this with
    {
        Cryptographic = Cryptographic == VerificationOutcome.Intact ? outcome : Cryptographic,
        Fault = Fault ?? (indication, sub),
        Findings = Findings.Add(finding),
    };
}
