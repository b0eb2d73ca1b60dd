using System.Collections.Immutable;
using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Verdicts;

/// <summary>Everything a making writes and records, decided once: an attempt after an interruption comes to the same bytes.</summary>
/// <param name="EventId">The PREMIS event that tells of it.</param>
/// <param name="LookedAt">When what is due was asked for.</param>
/// <param name="Verdicts">The new verdicts.</param>
/// <param name="Files">The object's files; empty when no verdict says anything new.</param>
internal sealed record MakingPlan(Guid EventId, DateTimeOffset LookedAt, ImmutableArray<MadeVerdict> Verdicts, ImmutableArray<GeneratedText> Files)
{
    public static MakingPlan Parse(string json) => JsonSerializer.Deserialize<MakingPlan>(json, AuditJson.Options) ?? throw new JsonException("the stored plan is null");

    public string ToJson() => JsonSerializer.Serialize(this, AuditJson.Options);
}

/// <summary>A verdict that was made again.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Supersedes">The verdict it is laid beside.</param>
/// <param name="Reason">Why.</param>
/// <param name="Change">What it says against that one.</param>
/// <param name="Report">The path of its report in the object; null when it is not stored.</param>
/// <param name="Summary">What it says.</param>
internal sealed record MadeVerdict(Guid Id, Guid Supersedes, VerdictReason Reason, VerdictChange Change, string? Report, VerdictSummary Summary);
