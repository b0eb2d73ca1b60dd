using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Validation;

/// <summary>The entries of one object, by path relative to its root.</summary>
internal sealed class ObjectFiles(IFileTree tree, string root, IEnumerable<FileEntry> entries)
{
    private readonly string _prefix = root.Length == 0 ? "" : root + "/";

    /// <summary>Path of the object's root in the tree; empty when the tree is the object.</summary>
    public string Root => root;

    public Dictionary<string, FileEntry> Entries { get; } = entries
        .Select(e => root.Length == 0 ? e : e with { Path = e.Path[(root.Length + 1)..] })
        .GroupBy(e => e.Path, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    public FileEntry? FindFile(string path) =>
        Entries.TryGetValue(path, out var entry) && entry.Kind == EntryKind.File ? entry : null;

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => tree.OpenAsync(_prefix + path, cancellationToken);

    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        tree.DigestAsync(_prefix + path, algorithms, cancellationToken);

    /// <summary>The first bytes of a small file: one more than the limit when it is longer.</summary>
    public async Task<byte[]> ReadSmallAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[maxBytes + 1];
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer[..count];
        }
    }
}
