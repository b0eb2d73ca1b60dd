using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Ocfl.Validation;

/// <summary>The entries of one object of a tree, by path relative to the object's root.</summary>
internal sealed class ObjectFiles(IFileTree tree, FileIndex index, string root)
{
    private readonly string _prefix = root.Length == 0 ? "" : root + "/";
    private readonly byte[] _prefixUtf8 = root.Length == 0 ? [] : Encoding.UTF8.GetBytes(root + "/");

    /// <summary>Path of the object's root in the tree; empty when the tree is the object.</summary>
    public string Root => root;

    /// <summary>Every entry of the object.</summary>
    public IEnumerable<FileEntry> Entries => Under("");

    /// <summary>The names of the files right inside the object's root, in byte order.</summary>
    public IEnumerable<string> Names => index.Inside(_prefix).Where(e => !e.IsFolder && index.KindOf(e.Number) == EntryKind.File).Select(e => e.Name);

    /// <summary>The names of the folders right inside the object's root.</summary>
    public IEnumerable<string> Folders => index.Inside(_prefix).Where(e => e.IsFolder).Select(e => e.Name);

    /// <summary>The entries whose path begins so.</summary>
    public IEnumerable<FileEntry> Under(string start)
    {
        foreach (var number in index.Under(_prefix + start)) yield return index[number] is var entry && _prefix.Length == 0 ? entry : entry with { Path = entry.Path[_prefix.Length..] };
    }

    /// <summary>Number of a file in the tree's index, or -1.</summary>
    public int FindFile(string path) => index.FindFile(_prefix.Length == 0 ? path : _prefix + path);

    /// <summary>The same for a path in UTF-8.</summary>
    public int FindFile(ReadOnlySpan<byte> path) => index.FindFile(_prefix.Length == 0 ? path : [.. _prefixUtf8, .. path]);

    public bool HasFile(string path) => FindFile(path) >= 0;

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => tree.OpenAsync(_prefix + path, cancellationToken);

    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        tree.DigestAsync(_prefix + path, algorithms, cancellationToken);

    /// <summary>The first bytes of a small file: one more than the limit when it is longer; null, with a finding, when the archive has damaged it.</summary>
    public async Task<byte[]?> ReadSmallAsync(string path, int maxBytes, FindingLog log, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[maxBytes + 1];
                var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return buffer[..count];
            }
        }
        catch (InvalidDataException)
        {
            log.Add(new Finding(ArchiveRules.DamagedEntry, path));
            return null;
        }
    }
}
