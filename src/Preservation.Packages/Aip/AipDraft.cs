using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Aip;

/// <summary>An AIP being put together: what is made here is written at once, what is submitted is taken over at the end. One entry a path.</summary>
internal sealed class AipDraft(AipRequest request) : IDisposable
{
    private static readonly DigestAlgorithm[] Algorithms = [DigestAlgorithm.Sha256, DigestAlgorithm.Sha512];
    private readonly SortedDictionary<string, AipEntry> _made = new(PathOrder.Instance);
    private SpooledBytes? _bytes = new();

    public CurrentFiles Current { get; } = new(request);

    /// <summary>Is the path taken by what is made here, or by a report of an earlier version?</summary>
    public bool Has(string path) => _made.ContainsKey(path) || (request.EarlierReports.Count > 0 && request.EarlierReports.Find(path) is not null);

    /// <inheritdoc cref="Add(string, Action{Stream})"/>
    public ReferencedFile Add(string path, ReadOnlyMemory<byte> content) => Add(path, stream => stream.Write(content.Span));

    /// <exception cref="ArgumentException">The path is taken or unsafe.</exception>
    public ReferencedFile Add(string path, Action<Stream> write)
    {
        if (_made.ContainsKey(Safe(path))) throw new ArgumentException($"two contents for the path {path}", nameof(path));
        var (start, digests) = _bytes!.Append(write, Algorithms);
        var entry = new AipEntry(path, null, digests.Bytes, digests[DigestAlgorithm.Sha256], digests[DigestAlgorithm.Sha512]) { MadeAt = start };
        _made[path] = entry;
        return new ReferencedFile(path, entry.Bytes, entry.Sha256, MediaTypes.Of(path));
    }

    /// <summary>Keeps reports of earlier submissions, except where a newer one stands.</summary>
    public IEnumerable<MetadataFile> Reports() =>
        request.EarlierReports.Where(r => !_made.ContainsKey(r.Path)).Select(r => AipMetadata.Report(Reference(r.Path, r)));

    /// <summary>The whole: what was made, the reports that stay, everything received, and what of it is shown beside.</summary>
    /// <param name="shown">Submitted files in byte order of their paths in the AIP; a path that is taken is passed over.</param>
    /// <exception cref="ArgumentException">A path is unsafe, or two received files have one.</exception>
    public AipPlan ToPlan(IEnumerable<(string Path, SubmittedFile File)> shown)
    {
        var plan = new AipPlan(request.Id, _bytes!);
        _bytes = null;
        try
        {
            IEnumerable<IEnumerable<AipEntry>> all =
                [_made.Values, request.EarlierReports.Select(r => Entry(r.Path, r)), shown.Select(s => Entry(s.Path, s.File)), request.Received.Select(r => Entry(r.Path, r.File))];
            foreach (var entry in CurrentFiles.Merge(all, e => e.Path)) plan.Add(entry);
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    public void Dispose() => _bytes?.Dispose();

    public static ReferencedFile Reference(string path, SubmittedFile file) =>
        new(path, file.Bytes, file.Sha256, file.MimeType ?? MediaTypes.Of(file.Path))
        {
            Puid = file.Puid, FormatName = file.FormatName, FormatVersion = file.FormatVersion,
        };

    private static AipEntry Entry(string path, SubmittedFile file) => new(Safe(path), file.IsHeld ? null : file.Path, file.Bytes, file.Sha256, file.Sha512)
    {
        Puid = file.Puid, FormatName = file.FormatName, MimeType = file.MimeType,
    };

    private static string Safe(string path) =>
        PackagePath.Unsafe(path) is { } reason ? throw new ArgumentException($"unsafe path: {reason}", nameof(path)) : path;
}
