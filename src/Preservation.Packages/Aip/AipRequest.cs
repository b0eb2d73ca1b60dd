using System.Collections.Immutable;
using Preservation.Packages.Description;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>Everything an AIP follows from; equal requests give equal plans, byte for byte.</summary>
public sealed record AipRequest
{
    /// <summary>The package's identifier, <c>urn:uuid:…</c>; it never changes (AIPM1).</summary>
    public required string Id { get; init; }

    /// <summary>The instant the AIP is made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What the submission says about itself; its kind decides the AIP's form.</summary>
    public required PackageDescription Description { get; init; }

    /// <summary>Every file of the submission.</summary>
    public required ImmutableArray<SubmittedFile> Submission { get; init; }

    /// <summary>Where the AIP keeps the submission as received: <c>submission/</c>, or a folder of its own below when it continues earlier ones.</summary>
    public string Folder { get; init; } = SubmissionFolder;

    /// <summary>Submissions this one adds to, oldest first. Of files with one path the latest is the one the AIP shows; all are kept.</summary>
    public ImmutableArray<EarlierSubmission> Earlier { get; init; } = [];

    /// <summary>Files the service added for earlier submissions (signature reports) that stay, by their paths in the AIP; all held.</summary>
    public ImmutableArray<SubmittedFile> EarlierReports { get; init; } = [];

    /// <summary>Events so far; they link to objects by <see cref="AipPlanner.PackageObject"/> and <see cref="AipPlanner.FileObject"/>.</summary>
    public ImmutableArray<PremisEvent> Events { get; init; } = [];

    /// <summary>The agents of those events.</summary>
    public ImmutableArray<PremisAgent> Agents { get; init; } = [];

    /// <summary>Files the service adds, below <c>metadata/</c> or <c>documentation/</c>.</summary>
    public ImmutableArray<GeneratedFile> Generated { get; init; } = [];

    /// <summary>The software named in METS.</summary>
    public PackageSoftware Software { get; init; } = PackageSoftware.Ours;

    /// <summary>
    /// Code of the archive, for Circular 05 packages: <c>arcFileCode</c> is this code, a point and the file code. When null,
    /// <c>arcFileCode</c> is the file code itself.
    /// </summary>
    public string? ArchiveCode { get; init; }

    /// <summary>The folder of what was received.</summary>
    public const string SubmissionFolder = "submission/";

    /// <summary>Everything that was ever received for this package, by path in the AIP, in byte order.</summary>
    internal IEnumerable<(string Path, SubmittedFile File)> Received =>
        Earlier.SelectMany(e => e.Files.Select(f => (Path: e.Folder + f.Path, File: f))).Concat(Submission.Select(f => (Path: Folder + f.Path, File: f)))
            .OrderBy(f => f.Path, StringComparer.Ordinal);

    /// <summary>What the AIP shows, by path in the submissions: the latest of each.</summary>
    internal SortedDictionary<string, SubmittedFile> Current
    {
        get
        {
            var current = new SortedDictionary<string, SubmittedFile>(StringComparer.Ordinal);
            foreach (var file in Earlier.SelectMany(e => e.Files).Concat(Submission)) current[file.Path] = file;
            return current;
        }
    }
}
