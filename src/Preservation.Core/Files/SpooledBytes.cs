using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>Bytes written one after the other into a temporary file, to be read as often as wanted, by several at the same time too.</summary>
public sealed class SpooledBytes : IDisposable
{
    private const int BufferBytes = 1 << 17;
    private readonly FileStream _file = TemporaryFile.Create();

    /// <summary>How many there are.</summary>
    public long Length => _file.Length;

    /// <summary>Appends what an action writes, and says where it begins and what it hashes to.</summary>
    public (long Start, ContentDigests Digests) Append(Action<Stream> write, IReadOnlyCollection<DigestAlgorithm> algorithms)
    {
        ArgumentNullException.ThrowIfNull(write);
        var start = Begin();
        write(_file);
        _file.Flush();
        return (start, DigestsFrom(start, algorithms));
    }

    /// <summary>The stream that takes the bytes, for what is not written at once; <see cref="Open()"/> sees them after a flush.</summary>
    public Stream Target
    {
        get
        {
            Begin();
            return _file;
        }
    }

    /// <summary>Reads a part of them.</summary>
    public Stream Open(long start, long bytes) => new FileSliceStream(_file.SafeFileHandle, start, bytes);

    /// <summary>Reads all of them.</summary>
    public Stream Open() => Open(0, Length);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private long Begin() => _file.Seek(0, SeekOrigin.End);

    private ContentDigests DigestsFrom(long start, IReadOnlyCollection<DigestAlgorithm> algorithms)
    {
        using var digest = new MultiDigest(algorithms);
        var buffer = new byte[(int)Math.Min(BufferBytes, Length - start)];
        using var written = Open(start, Length - start);
        for (int read; (read = written.Read(buffer)) > 0;) digest.Append(buffer.AsMemory(0, read));
        return digest.Finish();
    }
}
