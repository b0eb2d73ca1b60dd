namespace Preservation.Core.Files;

/// <summary>Where an entry of a zip lies and how it is packed.</summary>
/// <param name="Header">Offset of its local header.</param>
/// <param name="PackedBytes">Length of its packed bytes.</param>
/// <param name="Method">Compression method (APPNOTE 4.4.5).</param>
/// <param name="IsEncrypted">Its packed bytes are encrypted (APPNOTE 4.4.4, bit 0).</param>
internal readonly record struct ZipPlace(long Header, long PackedBytes, ushort Method, bool IsEncrypted)
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;
}
