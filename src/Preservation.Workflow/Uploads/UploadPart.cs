using Microsoft.Win32.SafeHandles;
using Preservation.Core.Digests;
using Preservation.Storage.Objects;

namespace Preservation.Workflow.Uploads;

/// <summary>
/// The bytes of one upload, open for one writer. The lock is the operating system's: it goes with the process that held it, however that ends.
/// </summary>
public sealed class UploadPart : IDisposable
{
    private readonly FileStream _file;
    private readonly string _folder;
    private bool _isNamed;

    internal UploadPart(FileStream file, string folder)
    {
        (_file, _folder) = (file, folder);
        Id = Guid.ParseExact(Path.GetFileName(file.Name), "N");
    }

    /// <summary>Whose bytes they are.</summary>
    public Guid Id { get; }

    /// <summary>Bytes in the file; those beyond what the catalogue says are unproven.</summary>
    public long Bytes => RandomAccess.GetLength(Handle);

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Takes away what comes after the offset.</summary>
    public void Cut(long offset)
    {
        if (Bytes > offset) RandomAccess.SetLength(Handle, offset);
    }

    /// <summary>Puts bytes at an offset; they are not safe before <see cref="Flush"/>.</summary>
    /// <exception cref="IOException">Staging failed.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken) => RandomAccess.WriteAsync(Handle, bytes, offset, cancellationToken);

    /// <summary>Forces everything to the medium, the file's name too.</summary>
    /// <exception cref="IOException">Staging failed.</exception>
    public void Flush()
    {
        RandomAccess.FlushToDisk(Handle);
        if (_isNamed) return;
        PosixFiles.FlushFolder(_folder);
        _isNamed = true;
    }

    /// <summary>Reads everything once and digests it.</summary>
    /// <exception cref="IOException">Staging failed.</exception>
    public Task<ContentDigests> DigestAsync(CancellationToken cancellationToken)
    {
        _file.Position = 0;
        return StreamDigest.ComputeAsync(_file, [DigestAlgorithm.Sha256], cancellationToken);
    }

    /// <summary>Removes the bytes, while no other can write.</summary>
    public void Remove() => File.Delete(_file.Name);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
