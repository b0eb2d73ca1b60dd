using System.Text;

namespace Preservation.Packages.BagIt;

/// <summary>Names in manifests: line ends and the percent sign itself are written <c>%0A</c>, <c>%0D</c>, <c>%25</c> (RFC 8493 §2.1.3).</summary>
internal static class BagPath
{
    public static string Encode(string path) => path
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal);

    public static string Decode(string path)
    {
        if (!path.Contains('%', StringComparison.Ordinal)) return path;
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            var code = path[i] == '%' && i + 2 < path.Length ? path.Substring(i + 1, 2).ToUpperInvariant() : "";
            var character = code switch { "0A" => '\n', "0D" => '\r', "25" => '%', _ => '\0' };
            text.Append(character == '\0' ? path[i] : character);
            if (character != '\0') i += 2;
        }
        return text.ToString();
    }

    /// <summary>Is there a percent sign that begins none of the three codes?</summary>
    public static bool HasBarePercent(string path)
    {
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
            if (path.AsSpan(at + 1) is not (['0', 'A' or 'a' or 'D' or 'd', ..] or ['2', '5', ..])) return true;
        return false;
    }

    public static string Normal(string path)
    {
        try
        {
            return path.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return path; // not valid Unicode: it equals only itself
        }
    }
}
