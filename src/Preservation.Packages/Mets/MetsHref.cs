namespace Preservation.Packages.Mets;

/// <summary>Turns <c>xlink:href</c> values into paths of the package.</summary>
internal static class MetsHref
{
    /// <summary>
    /// The path a reference means, relative to the package: as written if a file has that name, else with <c>%xx</c> decoded.
    /// Null when it leaves the package or is no relative reference.
    /// </summary>
    public static string? Resolve(string? href, string folder, Func<string, bool> exists)
    {
        if (string.IsNullOrEmpty(href)) return null;
        if (IsPlain(href))
        {
            var plain = folder.Length == 0 ? href : $"{folder}/{href}";
            if (exists(plain)) return plain;
        }
        var bare = href;
        foreach (var prefix in (ReadOnlySpan<string>)["file:///./", "file://./", "file:///", "file://", "file:"])
            if (bare.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                bare = bare[prefix.Length..];
                break;
            }
        var raw = Join(folder, bare);
        if (raw is not null && exists(raw)) return raw;
        return Join(folder, Uri.UnescapeDataString(bare)) is { } decoded && (raw is null || exists(decoded)) ? decoded : raw;
    }

    // Nothing to decode and no segment to step over.
    private static bool IsPlain(string href) =>
        href.AsSpan().IndexOfAny('%', ':', '\\') < 0 && href[0] is not ('/' or '.') && !href.Contains("/.", StringComparison.Ordinal) && !href.Contains("//", StringComparison.Ordinal);

    /// <summary>The reference to a path: what RFC 3986 does not allow in a path is written as <c>%xx</c>.</summary>
    public static string Of(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string? Join(string folder, string relative)
    {
        if (relative.Length == 0 || relative[0] == '/' || relative.Contains("://", StringComparison.Ordinal)) return null;
        var segments = new List<string>(folder.Length == 0 ? [] : folder.Split('/'));
        foreach (var segment in relative.Split('/'))
        {
            if (segment is "." or "") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
        }
        return segments.Count == 0 ? null : string.Join('/', segments);
    }
}
