using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Preservation.Core.Files;

/// <summary>One record of a zip's directory.</summary>
/// <param name="Name">The entry's name; ends with <c>/</c> for a folder.</param>
/// <param name="Bytes">Length of its content, unpacked.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Attributes">External attributes; the upper half is the Unix mode where the archive was made on such a system.</param>
internal readonly record struct ZipRecord(string Name, long Bytes, ZipPlace Place, uint Attributes);

/// <summary>
/// Reads the directory of a zip record by record (APPNOTE 4.3.7, 4.3.12–4.3.16): with it any number of readers share one handle, and a million
/// entries take no more memory than their places, where <see cref="ZipArchive"/> keeps an object for each and tells no place.
/// </summary>
internal sealed class ZipDirectory : IDisposable
{
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const int EntryBytes = 46;
    private const int LocalBytes = 30;
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int MaxRecordBytes = EntryBytes + 3 * ushort.MaxValue;
    private const ushort Zip64Extra = 1;
    private const ushort Utf8Names = 0x800;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly BufferedStream _stream;
    private readonly byte[] _rest = new byte[MaxRecordBytes];
    private readonly long _declared;
    private long _read;

    /// <exception cref="InvalidDataException">The file has no central directory.</exception>
    public ZipDirectory(SafeFileHandle file)
    {
        (var start, _declared) = StartOf(file);
        _stream = new BufferedStream(new FileSliceStream(file, start, RandomAccess.GetLength(file) - start), 1 << 16);
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>The next record; null after the last.</summary>
    /// <exception cref="InvalidDataException">The directory is damaged, or has more or fewer records than it says.</exception>
    public ZipRecord? Next()
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        if (_read == _declared)
        {
            // Nothing may follow that a less careful reader would take for one more.
            if (_stream.ReadAtLeast(entry, sizeof(uint), throwOnEndOfStream: false) >= sizeof(uint) && U32(entry, 0) == EntrySignature) throw new InvalidDataException("the archive has more entries than it says");
            return null;
        }
        Fill(entry);
        if (U32(entry, 0) != EntrySignature) throw new InvalidDataException("the archive's directory is damaged");
        _read++;
        var (name, extra) = (U16(entry, 28), U16(entry, 30));
        var rest = _rest.AsSpan(0, name + extra + U16(entry, 32));
        Fill(rest);
        long bytes = U32(entry, 24), packed = U32(entry, 20), header = U32(entry, 42);
        Widen(rest.Slice(name, extra), ref bytes, ref packed, ref header);
        if (bytes < 0 || packed < 0 || header < 0) throw new InvalidDataException("the archive's directory is damaged");
        return new ZipRecord(NameOf(rest[..name], U16(entry, 8)), bytes, new ZipPlace(header, packed, U16(entry, 10), (U16(entry, 8) & 1) != 0), U32(entry, 38));
    }

    // Names are UTF-8 where a flag says so and, in practice, in most other archives; what is none is of the first PCs (APPNOTE D.1), or nearly.
    private static string NameOf(ReadOnlySpan<byte> name, ushort flags)
    {
        if ((flags & Utf8Names) != 0) return Encoding.UTF8.GetString(name);
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return (CodePagesEncodingProvider.Instance.GetEncoding(437) ?? Encoding.Latin1).GetString(name);
        }
    }

    /// <summary>Offset of an entry's packed bytes.</summary>
    /// <exception cref="InvalidDataException">There is no entry at the place.</exception>
    public static long ContentOf(SafeFileHandle file, ZipPlace place)
    {
        Span<byte> local = stackalloc byte[LocalBytes];
        if (ReadAt(file, local, place.Header) < LocalBytes || U32(local, 0) != LocalSignature) throw new InvalidDataException("the archive has no entry where its directory says");
        return place.Header + LocalBytes + U16(local, 26) + U16(local, 28);
    }

    private static (long Start, long Records) StartOf(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var tail = new byte[(int)Math.Min(length, EndBytes + ushort.MaxValue + LocatorBytes)];
        var tailAt = length - tail.Length;
        ReadAt(file, tail, tailAt);
        var found = FindEnd(tail, isExact: true);
        if (found < 0) found = FindEnd(tail, isExact: false);
        if (found < 0) throw new InvalidDataException("the archive has no directory");
        var locator = found - LocatorBytes;
        return locator >= 0 && U32(tail, locator) == LocatorSignature ? Start64(file, U64(tail, locator + 8), length) : (Checked(U32(tail, found + 16), length), U16(tail, found + 10));
    }

    // The record's comment reaches to the end of the file, so that the same bytes within a comment are no record; only where there is none such,
    // bytes after the archive are put up with.
    private static int FindEnd(ReadOnlySpan<byte> tail, bool isExact)
    {
        for (var at = tail.Length - EndBytes; at >= 0; at--)
            if (U32(tail, at) == EndSignature && (!isExact || at + EndBytes + U16(tail, at + 20) == tail.Length)) return at;
        return -1;
    }

    private static (long Start, long Records) Start64(SafeFileHandle file, long endAt, long length)
    {
        Span<byte> end = stackalloc byte[End64Bytes];
        if (ReadAt(file, end, Checked(endAt, length)) < End64Bytes || U32(end, 0) != End64Signature) throw new InvalidDataException("the archive has no directory");
        return (Checked(U64(end, 48), length), Checked(U64(end, 32), length));
    }

    // Only the fields that overflowed are there, in this order (APPNOTE 4.5.3).
    private static void Widen(ReadOnlySpan<byte> extra, ref long bytes, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            var field = extra.Slice(4, Math.Min(U16(extra, 2), extra.Length - 4));
            if (U16(extra, 0) == Zip64Extra)
            {
                TakeWide(ref field, ref bytes);
                TakeWide(ref field, ref packed);
                TakeWide(ref field, ref header);
                return;
            }
            extra = extra[(4 + field.Length)..];
        }
    }

    private static void TakeWide(ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value != uint.MaxValue || field.Length < 8) return;
        value = U64(field, 0);
        field = field[8..];
    }

    private static long Checked(long offset, long length) => offset >= 0 && offset <= length ? offset : throw new InvalidDataException("the archive's directory lies outside of it");

    private void Fill(Span<byte> buffer)
    {
        if (_stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length) throw new InvalidDataException("the archive's directory ends too early");
    }

    private static int ReadAt(SafeFileHandle file, Span<byte> buffer, long at)
    {
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(file, buffer[filled..], at + filled) is var read and > 0) filled += read;
        return filled;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
