using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Packages;

/// <summary>What came of packing.</summary>
/// <param name="ObjId">The package's identifier; null when findings forbade it and nothing was written.</param>
/// <param name="FileName">The file name the package should have.</param>
/// <param name="Findings">Everything found on the way, errors and warnings.</param>
public sealed record PackResult(string? ObjId, string? FileName, ImmutableArray<Finding> Findings);
