using System.Security.Cryptography;
using System.Text;

namespace Preservation.Workflow.Access;

/// <summary>
/// An API key: <c>pk_LOOKUP_SECRET</c>. The look-up part finds the row; of the secret (256 random bits) only the SHA-256 is kept,
/// which suffices for a value nobody chose.
/// </summary>
public static class ApiKey
{
    /// <summary>Makes a new key. The text is shown once and kept nowhere.</summary>
    public static (string Text, string Lookup, byte[] SecretHash) Create()
    {
        var lookup = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return ($"pk_{lookup}_{secret}", lookup, SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
    }

    /// <summary>Splits a presented key; false when it is not one.</summary>
    public static bool TryParse(string? text, out string lookup, out byte[] secretHash)
    {
        lookup = "";
        secretHash = [];
        var parts = text?.Split('_');
        if (parts is not ["pk", { Length: 16 } first, { Length: 64 } second]) return false;
        lookup = first;
        secretHash = SHA256.HashData(Encoding.ASCII.GetBytes(second));
        return true;
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(byte[] presented, byte[] kept) => CryptographicOperations.FixedTimeEquals(presented, kept);
}
