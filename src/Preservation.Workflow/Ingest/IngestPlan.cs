using System.Collections.Immutable;
using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Packages.Description;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// What the checks found out and archiving needs. Everything that must come out the same when a step is run again (identifiers, instants)
/// is decided once and kept here, so that a second run writes the same bytes.
/// </summary>
public sealed record IngestPlan
{
    /// <summary>What the package says about itself.</summary>
    public required PackageDescription Description { get; init; }

    /// <summary>PREMIS events of the ingest so far.</summary>
    public ImmutableArray<PlannedEvent> Events { get; init; } = [];

    /// <summary>Generated files for the AIP (signature reports): path under the AIP's root, and text.</summary>
    public ImmutableArray<GeneratedText> Generated { get; init; } = [];

    /// <summary>What was made of signed files.</summary>
    public ImmutableArray<PlannedVerdict> Verdicts { get; init; } = [];

    /// <summary>When archiving began; null before. The instant of everything the AIP says of its own making.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The package this submission continues; null when it makes a new one.</summary>
    public Guid? Continues { get; init; }

    /// <summary>On which version of that package it builds; decided when archiving begins.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>Reads a stored plan.</summary>
    public static IngestPlan Parse(string json) =>
        JsonSerializer.Deserialize<IngestPlan>(json, AuditJson.Options) ?? throw new JsonException("the stored plan is null");

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AuditJson.Options);
}

/// <summary>An event that the catalogue and the AIP's PREMIS both tell.</summary>
public sealed record PlannedEvent(Guid Id, string Type, DateTimeOffset At, string Outcome, string? Detail, string Agent);

/// <summary>A text the ingest adds to the AIP.</summary>
public sealed record GeneratedText(string Path, string Text);
