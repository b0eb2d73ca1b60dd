using System.Text;
using System.Text.RegularExpressions;
using Preservation.Core.Findings;

namespace Preservation.Packages.BagIt;

/// <summary><c>bagit.txt</c>: version and character encoding of the tag files (RFC 8493 §2.1.1).</summary>
internal sealed partial record BagDeclaration(string Version, Encoding Encoding)
{
    public const string Path = "bagit.txt";

    private static readonly string[] Known = ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"];

    /// <summary>What a bag without a usable declaration is read as, so that the rest can be checked too.</summary>
    public static BagDeclaration Assumed { get; } = new("1.0", Strict("UTF-8")!);

    public bool IsVersion1 => Version == "1.0";

    public static (BagDeclaration? Declaration, IReadOnlyList<Finding> Findings) Read(byte[] content)
    {
        if (content.AsSpan().StartsWith(Encoding.UTF8.Preamble) || content.AsSpan().StartsWith(Encoding.Unicode.Preamble) || content.AsSpan().StartsWith(Encoding.BigEndianUnicode.Preamble))
            return (null, [new Finding(BagItRules.Get("BAGIT-BOM"), Path)]);
        string text;
        try
        {
            text = Assumed.Encoding.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return (null, [new Finding(BagItRules.Get("BAGIT-ENCODING"), Path, "UTF-8")]);
        }
        var match = Tolerant().Match(text);
        if (!match.Success) return (null, [new Finding(BagItRules.Get("BAGIT-DECLARATION"), Path)]);
        var findings = new List<Finding>();
        var version = match.Groups["version"].Value;
        if (!Known.Contains(version)) return (null, [new Finding(BagItRules.Get("BAGIT-VERSION"), Path, string.Join(", ", Known), version)]);
        if (version == "1.0" && !Exact().IsMatch(text)) findings.Add(new Finding(BagItRules.Get("BAGIT-DECLARATION"), Path));
        if (version != "1.0") findings.Add(new Finding(BagItRules.Get("BAGIT-OLD-VERSION"), Path, "1.0", version));
        var encoding = Strict(match.Groups["encoding"].Value.Trim());
        if (encoding is null) findings.Add(new Finding(BagItRules.Get("BAGIT-ENCODING"), Path, "UTF-8"));
        return (new BagDeclaration(version, encoding ?? Assumed.Encoding), findings);
    }

    private static Encoding? Strict(string name)
    {
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null; // an encoding nobody knows: a finding of the caller
        }
    }

    [GeneratedRegex(@"^BagIt-Version[ \t]*:[ \t]*(?<version>[0-9]+\.[0-9]+)[ \t]*(\r\n|\r|\n)Tag-File-Character-Encoding[ \t]*:[ \t]*(?<encoding>[^\r\n]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Tolerant();

    [GeneratedRegex(@"^BagIt-Version: [0-9]+\.[0-9]+(\r\n|\r|\n)Tag-File-Character-Encoding: [^ \t\r\n]+(\r\n|\r|\n)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Exact();
}
