using System.Buffers.Binary;

namespace Preservation.Signatures.Containers;

/// <summary>
/// Holds a zip's directory against the header before each entry (APPNOTE 4.3.7, 4.3.12): a reader that goes from header to header must not
/// see other files than one that goes by the directory.
/// </summary>
internal static class ZipHeaders
{
    private const int EndBytes = 22;
    private const int EntryBytes = 46;
    private const int LocalBytes = 30;

    /// <summary>Name of the first entry whose header disagrees in name or compression; null when all agree, or when the directory is of the 64-bit kind.</summary>
    public static string? FindDisagreement(Stream zip)
    {
        var (start, count) = FindDirectory(zip);
        if (start < 0) return null;
        var (entry, local) = (new byte[EntryBytes], new byte[LocalBytes]);
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(zip, start, entry) || U32(entry, 0) != 0x02014b50) return null;
            var name = new byte[U16(entry, 28)];
            if (!TryRead(zip, start + EntryBytes, name)) return null;
            start += EntryBytes + name.Length + U16(entry, 30) + U16(entry, 32);
            var at = U32(entry, 42);
            if (at == uint.MaxValue) continue;
            var localName = new byte[name.Length];
            if (!TryRead(zip, at, local) || U32(local, 0) != 0x04034b50 || U16(local, 26) != name.Length || U16(local, 8) != U16(entry, 10)
                || !TryRead(zip, at + LocalBytes, localName) || !localName.AsSpan().SequenceEqual(name)) return Text(name);
        }
        return null;
    }

    private static (long Start, int Count) FindDirectory(Stream zip)
    {
        var tail = new byte[(int)Math.Min(zip.Length, EndBytes + ushort.MaxValue)];
        if (!TryRead(zip, zip.Length - tail.Length, tail)) return (-1, 0);
        var found = FindEnd(tail, isExact: true);
        if (found < 0) found = FindEnd(tail, isExact: false);
        return found < 0 || U32(tail, found + 16) == uint.MaxValue ? (-1, 0) : (U32(tail, found + 16), U16(tail, found + 10));
    }

    // As the library of archives finds it: the record whose comment ends with the file goes before one that bytes follow.
    private static int FindEnd(byte[] tail, bool isExact)
    {
        for (var at = tail.Length - EndBytes; at >= 0; at--)
            if (U32(tail, at) == 0x06054b50 && (!isExact || at + EndBytes + U16(tail, at + 20) == tail.Length)) return at;
        return -1;
    }

    private static string Text(byte[] name) => System.Text.Encoding.UTF8.GetString(name[..Math.Min(name.Length, 200)]);

    private static bool TryRead(Stream zip, long at, byte[] buffer)
    {
        if (at < 0 || at > zip.Length) return false;
        zip.Position = at;
        return zip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
    }

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
