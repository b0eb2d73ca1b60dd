using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>
/// Writes a zip entry by entry into a stream that need not be seekable. Of what was written only the directory is kept, in a temporary file: eight bytes
/// an entry are in memory. Closing it writes the directory and leaves the stream open.
/// </summary>
public sealed class ZipWriter(Stream target) : IAsyncDisposable
{
    private const ushort Flags = (1 << 3) | (1 << 11); // lengths and sum come behind the content; names are UTF-8
    private const ushort Deflated = 8;
    private const ushort MadeOnUnix = 3 << 8;
    private const uint FileMode = 0x81A4u << 16; // a file, rw-r--r--
    private const uint FolderMode = (0x41EDu << 16) | 0x10;
    private readonly SpooledRecords _directory = new();
    private long _at;

    /// <summary>Adds a file, packed on the way, and digests it.</summary>
    /// <param name="name">Its path in the zip.</param>
    /// <param name="content">Its bytes, read to their end.</param>
    /// <param name="changed">The instant it was changed last, as its own clock shows it; zips keep no zone.</param>
    /// <param name="algorithms">What to compute of it.</param>
    /// <param name="cancellationToken">Stops the work; the zip is then worth nothing.</param>
    public async Task<ContentDigests> AddAsync(string name, Stream content, DateTimeOffset changed, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        var (utf8, start) = (Encoding.UTF8.GetBytes(name), _at);
        await WriteAsync(Local(utf8, Flags, Deflated, changed), cancellationToken).ConfigureAwait(false);
        var packed = new DeflateOnlyStream(target);
        var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true);
        ContentDigests digests;
        await using (gzip.ConfigureAwait(false)) digests = await StreamDigest.CopyAsync(content, gzip, algorithms, cancellationToken).ConfigureAwait(false);
        await packed.FinishAsync(cancellationToken).ConfigureAwait(false);
        _at += packed.Written;
        await WriteAsync(Descriptor(packed.Crc32, packed.Written, digests.Bytes), cancellationToken).ConfigureAwait(false);
        _directory.Add(Entry(utf8, Flags, Deflated, changed, packed.Crc32, packed.Written, digests.Bytes, start, FileMode));
        return digests;
    }

    /// <summary>Adds a folder; its name ends with a slash.</summary>
    public async Task AddFolderAsync(string name, DateTimeOffset changed, CancellationToken cancellationToken)
    {
        var (utf8, start) = (Encoding.UTF8.GetBytes(name), _at);
        await WriteAsync(Local(utf8, Flags & ~8, 0, changed), cancellationToken).ConfigureAwait(false);
        _directory.Add(Entry(utf8, Flags & ~8, 0, changed, 0, 0, 0, start, FolderMode));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var ends = _directory;
        var (start, reader) = (_at, _directory.InOrder());
        for (var i = 0; i < _directory.Count; i++) await WriteAsync(reader.GetMemory(i), CancellationToken.None).ConfigureAwait(false);
        await WriteAsync(End(_directory.Count, start, _at), CancellationToken.None).ConfigureAwait(false);
        await target.FlushAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _at += bytes.Length;
    }

    private static byte[] Local(byte[] name, int flags, ushort method, DateTimeOffset changed) =>
        [.. U32(0x04034B50), .. U16(20), .. U16(flags), .. U16(method), .. U32(DosTime(changed)), .. U32(0), .. U32(0), .. U32(0), .. U16(name.Length), .. U16(0), .. name];

    // Of what is larger than 32 bits tell, the descriptor has 64 (APPNOTE 4.3.9.2).
    private static byte[] Descriptor(uint crc32, long packed, long bytes) =>
        IsWide(packed) || IsWide(bytes) ? [.. U32(0x08074B50), .. U32(crc32), .. U64(packed), .. U64(bytes)] : [.. U32(0x08074B50), .. U32(crc32), .. U32(packed), .. U32(bytes)];

    private static byte[] Entry(byte[] name, int flags, ushort method, DateTimeOffset changed, uint crc32, long packed, long bytes, long start, uint mode)
    {
        byte[] wide = [.. IsWide(bytes) ? U64(bytes) : [], .. IsWide(packed) ? U64(packed) : [], .. IsWide(start) ? U64(start) : []];
        byte[] extra = wide.Length == 0 ? [] : [.. U16(1), .. U16(wide.Length), .. wide];
        return
        [
            .. U32(0x02014B50), .. U16(MadeOnUnix | 45), .. U16(extra.Length > 0 ? 45 : 20), .. U16(flags), .. U16(method), .. U32(DosTime(changed)), .. U32(crc32), .. U32(Narrow(packed)),
            .. U32(Narrow(bytes)), .. U16(name.Length), .. U16(extra.Length), .. U16(0), .. U16(0), .. U16(0), .. U32(mode), .. U32(Narrow(start)), .. name, .. extra,
        ];
    }

    private static byte[] End(long entries, long start, long end)
    {
        byte[] wide = entries < ushort.MaxValue && !IsWide(start) && !IsWide(end - start) ? []
            : [.. U32(0x06064B50), .. U64(44), .. U16(MadeOnUnix | 45), .. U16(45), .. U32(0), .. U32(0), .. U64(entries), .. U64(entries), .. U64(end - start), .. U64(start),
                .. U32(0x07064B50), .. U32(0), .. U64(end), .. U32(1)];
        var count = (int)Math.Min(entries, ushort.MaxValue);
        return [.. wide, .. U32(0x06054B50), .. U16(0), .. U16(0), .. U16(count), .. U16(count), .. U32(Narrow(end - start)), .. U32(Narrow(start)), .. U16(0)];
    }

    private static bool IsWide(long value) => value >= uint.MaxValue;

    private static uint Narrow(long value) => IsWide(value) ? uint.MaxValue : (uint)value;

    // Two seconds are the least that is told, from 1980 on.
    private static uint DosTime(DateTimeOffset changed)
    {
        var at = changed.DateTime;
        return at.Year is < 1980 or > 2107 ? (1 << 21) | (1 << 16)
            : (uint)(((at.Year - 1980) << 25) | (at.Month << 21) | (at.Day << 16) | (at.Hour << 11) | (at.Minute << 5) | (at.Second / 2));
    }

    private static byte[] U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        return bytes;
    }

    private static byte[] U32(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)value));
        return bytes;
    }

    private static byte[] U64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
