using System.Runtime.CompilerServices;
using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>
/// A package to look at, wherever it lies: folder, zip, tar or store. Reading is random and may be parallel; nothing is
/// ever written.
/// </summary>
public interface IFileTree : IAsyncDisposable
{
    /// <summary>Name of the one folder that holds everything in an archive, or of the folder itself; empty when there is none.</summary>
    string RootName { get; }

    /// <summary>The archive file as it was sent; null for a folder, for a store, and where the sender's file name is not known.</summary>
    ArchiveForm? Archive => null;

    /// <summary>
    /// Every entry, and what is unsafe or beyond the limits among them; see <see cref="PackagePath"/>. A tree lists what it holds once and
    /// gives the same index, made with the limits of the first call, ever after.
    /// </summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken);

    /// <summary>Opens a file of the index for reading from its start; not necessarily seekable.</summary>
    /// <exception cref="FileNotFoundException">No file has this exact path.</exception>
    /// <exception cref="InvalidDataException">The archive lies about this entry (damaged, encrypted, longer than declared); may come while reading.</exception>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Digests of a file, from one pass over its bytes.</summary>
    /// <exception cref="FileNotFoundException">No file has this exact path.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="OpenAsync"/>.</exception>
    async Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return await StreamDigest.ComputeAsync(stream, algorithms, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every entry, in no promised order. Unsafe or doubtful names are listed too.</summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = await IndexAsync(Limits.Default, cancellationToken).ConfigureAwait(false);
        foreach (var number in index.Numbers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return index[number];
        }
    }
}
