using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Inventories;

/// <summary>One version block of an inventory (OCFL §3.5.3).</summary>
/// <param name="Number">Which version.</param>
/// <param name="CreatedText">When it was made, as written (RFC 3339).</param>
/// <param name="State">Digest of each content → the logical paths that have it.</param>
/// <param name="Message">Why it was made.</param>
/// <param name="User">Who made it.</param>
public sealed record InventoryVersion(
    VersionNumber Number,
    string CreatedText,
    IReadOnlyDictionary<Digest, ImmutableArray<string>> State,
    string? Message,
    VersionUser? User)
{
    /// <summary>When the version was made.</summary>
    public DateTimeOffset Created => DateTimeOffset.Parse(CreatedText, CultureInfo.InvariantCulture);

    /// <summary>Writes a time as inventories of ours have it: UTC, to the millisecond.</summary>
    public static string Text(DateTimeOffset created) =>
        created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The digest at a logical path, or null.</summary>
    public Digest? Find(string logicalPath)
    {
        foreach (var (digest, paths) in State)
            if (paths.Contains(logicalPath)) return digest;
        return null;
    }
}
