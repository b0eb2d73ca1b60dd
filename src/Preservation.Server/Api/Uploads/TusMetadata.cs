using System.Text;

namespace Preservation.Server.Api.Uploads;

/// <summary>
/// <c>Upload-Metadata</c>: pairs of a key and a value in base64. Of the keys <c>filename</c> names the package, and <c>agreement</c> tells whose upload it is where
/// the caller sends for several agencies; others are kept and told again.
/// </summary>
internal sealed record TusMetadata(string Text, IReadOnlyDictionary<string, string> Values)
{
    private const int MaxCharacters = 4096;
    private const int MaxPairs = 32;

    /// <summary>The package's name, without folders.</summary>
    public string FileName => PackageName.Clean(Values.GetValueOrDefault("filename"));

    /// <summary>Code of an agreement; null when none is named.</summary>
    public string? Agreement => Values.GetValueOrDefault("agreement");

    /// <summary>Reads the header; false when it is not one of the protocol's.</summary>
    public static bool TryParse(string? text, out TusMetadata metadata)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        metadata = new TusMetadata(text ?? "", values);
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Length > MaxCharacters) return false;
        foreach (var pair in text.Split(','))
        {
            var parts = pair.Trim(' ').Split(' ', 2);
            if (parts[0].Length == 0 || parts[0].Any(c => c is <= ' ' or > '~') || values.Count == MaxPairs) return false;
            if (!TryValue(parts.Length == 2 ? parts[1] : "", out var value) || !values.TryAdd(parts[0], value)) return false;
        }
        return true;
    }

    private static bool TryValue(string encoded, out string value)
    {
        value = "";
        var bytes = new byte[encoded.Length];
        if (encoded.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(encoded, bytes, out var length)) return false;
        value = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }
}
