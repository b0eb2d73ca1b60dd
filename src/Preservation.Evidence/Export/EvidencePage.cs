using System.Globalization;
using System.Text;

namespace Preservation.Evidence.Export;

/// <summary>The page "how to check this without us", in English and Vietnamese: every indented line of it is a command that runs as written.</summary>
internal static class EvidencePage
{
    // A line "?name text" is there only when the archive holds that: root.bin, or a folder.
    private const char Condition = '?';

    public static string Write(string template, EvidenceBundle bundle, bool hasRootBytes)
    {
        var has = bundle.Parts.Select(p => EvidencePart.Folder(p.Kind)).ToHashSet(StringComparer.Ordinal);
        if (hasRootBytes) has.Add("root.bin");
        has.Add(has.Contains("files") ? "with-files" : "without-files");
        if (bundle.Proofs.Count > 0) has.Add("records");
        var page = new StringBuilder();
        foreach (var line in template.Split('\n'))
        {
            var text = line;
            while (text is [Condition, ..])
            {
                var end = text.IndexOf(' ', StringComparison.Ordinal);
                text = has.Contains(text[1..end]) ? text[(end + 1)..] : "\0";
            }
            if (text != "\0") page.Append(text).Append('\n');
        }
        page.Length--;
        var first = bundle.Proofs.Count > 0 ? "files/" + bundle.Proofs[0].Path : "";
        return page.Replace("{package}", bundle.Package)
            .Replace("{time}", bundle.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .Replace("{algorithm}", bundle.Root.Algorithm.Name)
            .Replace("{sumtool}", bundle.Root.Algorithm.Name + "sum")
            .Replace("{first}", Quoted(first)).ToString();
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
