using System.Security.Cryptography;
using System.Text;

namespace Preservation.Packages;

/// <summary>
/// UUIDs that follow from a name, so that equal input gives equal identifiers: the first 16 bytes of SHA-256 with the marks of
/// RFC 9562 version 8.
/// </summary>
internal static class NameUuid
{
    public static Guid From(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
