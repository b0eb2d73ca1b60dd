using System.Text.RegularExpressions;

namespace Preservation.Signatures.Xml;

/// <summary>Resolution of relative references (RFC 3986 §5.2) without the normalisation a platform class would add.</summary>
internal static partial class UriReferences
{
    /// <summary>Joins a reference to a base that may be relative itself, as Canonical XML 1.1 §2.4 asks of xml:base.</summary>
    public static string Join(string @base, string reference)
    {
        if (reference.Length == 0) return @base;
        if (reference.Contains('#', StringComparison.Ordinal)) reference = reference[..reference.IndexOf('#', StringComparison.Ordinal)];
        var to = Parts().Match(reference);
        if (to.Groups["scheme"].Success) return Compose(to.Groups["scheme"], to.Groups["authority"], RemoveDots(to.Groups["path"].Value), to.Groups["query"]);
        var from = Parts().Match(@base);
        if (to.Groups["authority"].Success) return Compose(from.Groups["scheme"], to.Groups["authority"], RemoveDots(to.Groups["path"].Value), to.Groups["query"]);
        var path = to.Groups["path"].Value;
        if (path.Length == 0) return Compose(from.Groups["scheme"], from.Groups["authority"], RemoveDots(from.Groups["path"].Value), to.Groups["query"].Success ? to.Groups["query"] : from.Groups["query"]);
        if (!path.StartsWith('/'))
        {
            var basePath = from.Groups["path"].Value;
            // A base that ends in ".." names a folder (1.1 §2.4: a slash is appended first).
            if (basePath is ".." || basePath.EndsWith("/..", StringComparison.Ordinal)) basePath += "/";
            path = from.Groups["authority"].Success && basePath.Length == 0 ? "/" + path : basePath[..(basePath.LastIndexOf('/') + 1)] + path;
        }
        return Compose(from.Groups["scheme"], from.Groups["authority"], RemoveDots(path), to.Groups["query"]);
    }

    /// <summary>Takes out <c>.</c> and <c>..</c>; leading <c>..</c> of a relative path stay, repeated slashes become one (1.1 §2.4).</summary>
    public static string RemoveDots(string path)
    {
        var isRooted = path.StartsWith('/');
        var kept = new List<string>();
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var segment in segments)
        {
            if (segment == ".") continue;
            if (segment != "..") kept.Add(segment);
            else if (kept.Count > 0 && kept[^1] != "..") kept.RemoveAt(kept.Count - 1);
            else if (!isRooted) kept.Add("..");
        }
        var isFolder = path.EndsWith('/') || segments is [.., "." or ".."];
        var joined = (isRooted ? "/" : "") + string.Join('/', kept);
        return isFolder && kept.Count > 0 ? joined + "/" : joined;
    }

    private static string Compose(Group scheme, Group authority, string path, Group query) =>
        (scheme.Success ? scheme.Value + ":" : "") + (authority.Success ? "//" + authority.Value : "") + path + (query.Success ? "?" + query.Value : "");

    [GeneratedRegex(@"^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?(?://(?<authority>[^/?#]*))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?", RegexOptions.NonBacktracking)]
    private static partial Regex Parts();
}
