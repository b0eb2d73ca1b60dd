using System.Globalization;

namespace Preservation.Ocfl.Inventories;

/// <summary>What a version block of an inventory says of the version (OCFL §3.5.3), save what it shows.</summary>
/// <param name="Number">Which version.</param>
/// <param name="CreatedText">When it was made, as written (RFC 3339).</param>
/// <param name="Message">Why it was made.</param>
/// <param name="User">Who made it.</param>
public sealed record InventoryVersion(VersionNumber Number, string CreatedText, string? Message, VersionUser? User)
{
    /// <summary>When the version was made.</summary>
    public DateTimeOffset Created => DateTimeOffset.Parse(CreatedText, CultureInfo.InvariantCulture);

    /// <summary>Writes a time as inventories of ours have it: UTC, to the millisecond.</summary>
    public static string Text(DateTimeOffset created) =>
        created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
