using System.Collections.Immutable;
using Preservation.Packages.Premis;

namespace Preservation.Workflow.Verdicts;

/// <summary>A verdict of the ingest, on its way into the catalogue and the AIP.</summary>
/// <param name="Summary">What it says.</param>
/// <param name="SignedPath">The file that is signed: the same, or the content of a detached signature; by its path in the submission.</param>
/// <param name="Found">The signatures as the file carries them.</param>
public sealed record PlannedVerdict(VerdictSummary Summary, string SignedPath, ImmutableArray<PremisSignature> Found);
