using System.Text;
using System.Text.RegularExpressions;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Inventories;

/// <summary>The file beside an inventory that states its digest: <c>DIGEST inventory.json</c> (OCFL §3.7).</summary>
public static partial class Sidecar
{
    /// <summary>More than any sidecar can have; a longer one is not read.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>Name of an inventory's file.</summary>
    public const string InventoryName = "inventory.json";

    /// <summary>The sidecar's name for inventories of this algorithm.</summary>
    public static string NameFor(DigestAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return InventoryName + "." + algorithm.Name;
    }

    /// <summary>The sidecar of an inventory with this digest.</summary>
    public static byte[] ToBytes(Digest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return Encoding.ASCII.GetBytes($"{digest.Hex}  {InventoryName}\n");
    }

    /// <summary>Reads a sidecar; false when it does not have the form (E061).</summary>
    public static bool TryParse(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes, out Digest digest)
    {
        digest = null!;
        if (bytes.Length > MaxBytes) return false;
        var match = Form().Match(Encoding.Latin1.GetString(bytes));
        return match.Success && Digest.TryParse(algorithm, match.Groups[1].Value, out digest);
    }

    [GeneratedRegex(@"\A([0-9A-Fa-f]+)[ \t]+inventory\.json\r?\n?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
