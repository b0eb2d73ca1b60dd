using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Aip;

/// <summary>An AIP being put together; keeps one entry a path.</summary>
internal sealed class AipDraft
{
    private readonly SortedDictionary<string, AipEntry> _entries = new(StringComparer.Ordinal);

    public bool Has(string path) => _entries.ContainsKey(path);

    /// <summary>Maps a file of the submission to a path of the AIP; false when the path is taken.</summary>
    public bool TryAdd(string path, SubmittedFile file) =>
        _entries.TryAdd(Safe(path), new AipEntry(path, file.IsHeld ? null : file.Path, default, file.Bytes, file.Sha256, file.Sha512));

    /// <exception cref="ArgumentException">The path is taken or unsafe.</exception>
    public ReferencedFile Add(string path, ReadOnlyMemory<byte> content)
    {
        var (sha256, sha512) = (DigestAlgorithm.Sha256.Compute(content.Span), DigestAlgorithm.Sha512.Compute(content.Span));
        if (!_entries.TryAdd(Safe(path), new AipEntry(path, null, content, content.Length, sha256, sha512)))
            throw new ArgumentException($"two contents for the path {path}", nameof(path));
        return new ReferencedFile(path, content.Length, sha256, MediaTypes.Of(path));
    }

    /// <summary>Keeps reports of earlier submissions, except where a newer one stands.</summary>
    public IEnumerable<MetadataFile> AddReports(IEnumerable<SubmittedFile> reports) =>
        [.. reports.Where(r => TryAdd(r.Path, r)).Select(r => AipMetadata.Report(Reference(r.Path, r)))];

    public AipPlan ToPlan(string id) => new(id, [.. _entries.Values]);

    public static ReferencedFile Reference(string path, SubmittedFile file) =>
        new(path, file.Bytes, file.Sha256, file.MimeType ?? MediaTypes.Of(file.Path))
        {
            Puid = file.Puid, FormatName = file.FormatName, FormatVersion = file.FormatVersion,
        };

    private static string Safe(string path) =>
        PackagePath.Unsafe(path) is { } reason ? throw new ArgumentException($"unsafe path: {reason}", nameof(path)) : path;
}
