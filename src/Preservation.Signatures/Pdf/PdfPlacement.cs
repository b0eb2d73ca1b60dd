using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Pdf;

/// <summary>Where a signature stands in its document.</summary>
internal sealed record PdfPlacement
{
    public required Coverage Coverage { get; init; }

    /// <summary>The revision that it covers; null when its range ends with none.</summary>
    public int? Revision { get; init; }

    /// <summary>Its field in the last revision, or else in its own; null when it has none.</summary>
    public PdfField? Field { get; init; }

    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>The same, of which it cannot be said what a reader sees.</summary>
    public PdfPlacement Unclear(Finding finding) => this with { Coverage = Coverage.Unclear, Findings = Findings.Add(finding) };
}
