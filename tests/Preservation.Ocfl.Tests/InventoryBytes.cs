using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Tests;

internal static class InventoryBytes
{
    /// <summary>The inventory's file, whole.</summary>
    public static byte[] Bytes(this Inventory inventory)
    {
        using var file = inventory.Open();
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
