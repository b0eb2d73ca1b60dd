using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Workflow.Ingest;

/// <summary>What the pass over a submission's content gave.</summary>
/// <param name="ScannerVersion">Engine and signatures of the virus scanner.</param>
/// <param name="Files">Every file that could be read, by path.</param>
/// <param name="Damaged">Files that could not.</param>
/// <param name="Infected">Files the scanner named.</param>
public sealed record ExaminedPackage(
    string ScannerVersion, ExaminedFiles Files, ImmutableArray<Finding> Damaged, ImmutableArray<Finding> Infected) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Files.Dispose();
}
