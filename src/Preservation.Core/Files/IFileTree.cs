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

    /// <summary>Every entry, in no promised order. Unsafe or doubtful names are listed too; see <see cref="PackagePath"/>.</summary>
    IAsyncEnumerable<FileEntry> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a file that <see cref="ListAsync"/> named, for reading from its start; not necessarily seekable.</summary>
    /// <exception cref="FileNotFoundException">No file has this exact path.</exception>
    /// <exception cref="InvalidDataException">The archive lies about this entry (damaged, encrypted, longer than declared); may come while reading.</exception>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Digests of a file: read once now, or taken from an earlier pass of this process over the same bytes.</summary>
    /// <exception cref="FileNotFoundException">No file has this exact path.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="OpenAsync"/>.</exception>
    Task<ContentDigests> DigestAsync(
        string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken);
}
