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

    /// <summary>Every file of the submission; stays the caller's.</summary>
    public required SubmittedFiles Submission { get; init; }

    /// <summary>Where the AIP keeps the submission as received: <c>submission/</c>, or a folder of its own below when it continues earlier ones.</summary>
    public string Folder { get; init; } = SubmissionFolder;

    /// <summary>Submissions this one adds to, oldest first. Of files with one path the latest is the one the AIP shows; all are kept.</summary>
    public ImmutableArray<EarlierSubmission> Earlier { get; init; } = [];

    /// <summary>Files the service added for earlier submissions (signature reports) that stay, by their paths in the AIP; all held.</summary>
    public SubmittedFiles EarlierReports { get; init; } = [];

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
    /// <exception cref="ArgumentException">Two files come to lie at one path.</exception>
    internal IEnumerable<(string Path, SubmittedFile File)> Received
    {
        get
        {
            var all = Earlier.Select(e => Placed(e.Folder, e.Files)).Append(Placed(Folder, Submission));
            var taken = 0;
            foreach (var (path, file) in CurrentFiles.Merge(all, p => p.Item1))
            {
                taken++;
                yield return (path, file);
            }
            if (taken < Earlier.Sum(e => (long)e.Files.Count) + Submission.Count) throw new ArgumentException("two received files have one path");
        }
    }

    private static IEnumerable<Tuple<string, SubmittedFile>> Placed(string folder, SubmittedFiles files) => files.Select(f => Tuple.Create(folder + f.Path, f));
}
