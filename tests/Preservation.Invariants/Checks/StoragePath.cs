using System.Security.Cryptography;
using System.Text;

namespace Preservation.Invariants.Checks;

/// <summary>OCFL extension 0004 with its defaults: three folders of three digits of the identifier's SHA-256, and all of it.</summary>
internal static class StoragePath
{
    public static string Of(string id)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        return $"{hex[..3]}/{hex[3..6]}/{hex[6..9]}/{hex}";
    }
}
