using Preservation.Catalogue.Model;
using Preservation.Packages.Aip;

namespace Preservation.Workflow.Ingest;

/// <summary>What a run of the archiving works on.</summary>
/// <param name="Submission">The submission.</param>
/// <param name="Plan">Everything that was decided about it.</param>
/// <param name="PackageId">The package.</param>
/// <param name="Facts">Its files.</param>
/// <param name="Base">The version it continues; null when it makes the first.</param>
/// <param name="GoodCopies">Stores whose copy of that version is good.</param>
internal sealed record ArchiveWork(
    Submission Submission, IngestPlan Plan, Guid PackageId, SubmittedFiles Facts, ContinuedPackage? Base, IReadOnlyCollection<string> GoodCopies) : IDisposable
{
    public void Dispose()
    {
        Facts.Dispose();
        Base?.Dispose();
    }
}
