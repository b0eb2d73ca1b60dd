using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Validation;

/// <summary>What one policy makes of one signature or time-stamp.</summary>
internal sealed record Judgement(Indication Indication, SubIndication? Sub, DateTimeOffset At)
{
    public string Basis { get; init; } = "now";
    public ImmutableArray<Certificate> Path { get; init; } = [];
    public TrustAnchor? Anchor { get; init; }
    public ImmutableArray<RevocationReport> Revocation { get; init; } = [];
    public ImmutableArray<Finding> Findings { get; init; } = [];

    public bool IsPassed => Indication == Indication.TotalPassed;

    /// <summary>The same with another status; what passed before is what fails now, what failed before stays.</summary>
    public Judgement Because(Indication indication, SubIndication sub) => Sub is null ? this with { Indication = indication, Sub = sub } : this;
}
