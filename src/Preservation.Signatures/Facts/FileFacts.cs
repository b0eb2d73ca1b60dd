using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Facts;

/// <summary>Everything in one file that signs or dates, before any question of trust.</summary>
internal sealed record FileFacts
{
    /// <summary>Signatures in the order of the file; counter-signatures stand within them.</summary>
    public ImmutableArray<SignatureFacts> Signatures { get; init; } = [];

    /// <summary>Time-stamps that stand on their own.</summary>
    public ImmutableArray<TimeStampFacts> TimeStamps { get; init; } = [];

    /// <summary>Set when the file as a whole is refused or carries nothing: the outcome then does not come from its signatures.</summary>
    public VerificationOutcome? Outcome { get; init; }

    /// <summary>What concerns the file as a whole.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    public static FileFacts Refused(VerificationOutcome outcome, params ReadOnlySpan<Finding> findings) => new() { Outcome = outcome, Findings = [.. findings] };
}
