using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Packages;

/// <summary>Everything that was found out about a package.</summary>
/// <param name="Kind">The kind it was checked as; null when nothing says what it is.</param>
/// <param name="Version">Version of the specification it was held against.</param>
/// <param name="Findings">All findings, by path and rule.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Their bytes in all.</param>
/// <param name="Description">What it says about itself; null when it could not be read that far.</param>
public sealed record PackageReport(
    PackageKind? Kind, string? Version, ImmutableArray<Finding> Findings, int Files, long Bytes, PackageDescription? Description)
{
    /// <summary>True when nothing found is an error.</summary>
    public bool Valid => Kind is not null && Findings.All(f => f.Rule.Severity != Severity.Error);
}
