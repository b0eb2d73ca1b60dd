using System.Globalization;
using System.Text;

namespace Preservation.Evidence.Export;

/// <summary>The page "how to check this without us", in English and Vietnamese: every indented line of it is a command that runs as written.</summary>
internal static class EvidencePage
{
    // A line "?name text" is there only when the archive holds that: root.bin, a folder, or a file in one.
    private const char Condition = '?';

    /// <param name="template">The page with its conditions.</param>
    /// <param name="bundle">Whose archive.</param>
    /// <param name="contents">What of the conditions holds.</param>
    /// <param name="first">The path of the first file; empty when there is none.</param>
    public static string Write(string template, EvidenceBundle bundle, IReadOnlySet<string> contents, string first)
    {
        var page = new StringBuilder();
        foreach (var line in template.Split('\n'))
        {
            var text = line;
            while (text is [Condition, ..])
            {
                var end = text.IndexOf(' ', StringComparison.Ordinal);
                text = contents.Contains(text[1..end]) ? text[(end + 1)..] : "\0";
            }
            if (text != "\0") page.Append(text).Append('\n');
        }
        page.Length--;
        return page.Replace("{package}", bundle.Package)
            .Replace("{time}", bundle.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .Replace("{algorithm}", bundle.Root.Algorithm.Name)
            .Replace("{sumtool}", bundle.Root.Algorithm.Name + "sum")
            .Replace("{first}", Quoted("files/" + first)).ToString();
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
