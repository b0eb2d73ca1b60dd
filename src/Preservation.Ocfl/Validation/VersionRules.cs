using System.Globalization;
using System.Text.RegularExpressions;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Rules for one version block (OCFL §3.5.3.1).</summary>
internal static partial class VersionRules
{
    public static void Check(VersionDocument version, InventoryTexts texts, string path, FindingLog log)
    {
        foreach (var key in (string[])["created", "state"])
            if (!version.Keys.Contains(key)) log.Add("E048", path, key, version.Name);
        if (version.Created is { } created && !IsTime(created)) log.Add("E049", path, version.Name, created);
        foreach (var key in (string[])["message", "user"])
            if (!version.Keys.Contains(key)) log.Add("W007", path, key, version.Name);
        if (version.UserName is not null && string.IsNullOrEmpty(version.UserAddress)) log.Add("W008", path, version.Name);
        else if (version.UserAddress is { Length: > 0 } address && !InventoryRules.IsUri(address)) log.Add("W009", path, version.Name);
        if (version.State is null) return;
        var digests = new NumberSet();
        foreach (var digest in version.State.Digests)
            if (!digests.Add(texts.Lower(digest))) log.Add("E050", path, version.Name);
        PathRules.CheckLogical(version.State, texts.Paths, path, version.Name, log);
    }

    private static bool IsTime(string text)
    {
        if (!Rfc3339().IsMatch(text)) return false;
        // .NET has no leap second; RFC 3339 does.
        var parsed = text[17..19] == "60" ? string.Concat(text.AsSpan(0, 17), "59", text.AsSpan(19)) : text;
        return DateTimeOffset.TryParse(parsed, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Rfc3339();
}
