using System.Text.Encodings.Web;
using System.Text.Json;
using Preservation.Core.Findings;

namespace Preservation.Cli;

/// <summary>One JSON document on standard output, or lines for a person; everything else goes to standard error.</summary>
internal static class Output
{
    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document written member by member: what is asked of every package starts without a serializer.</summary>
    public static void WriteJson(Action<Utf8JsonWriter> members)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, Written))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    /// <summary>Findings as contracts.md writes them.</summary>
    public static void WriteFindings(Utf8JsonWriter json, IEnumerable<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var f in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", f.Rule.Code);
            json.WriteString("severity", f.Rule.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" });
            json.WriteString("clause", f.Rule.Clause);
            json.WriteString("path", f.Path);
            json.WriteString("expected", f.Expected);
            json.WriteString("found", f.Found);
            WriteText(json, "message", f.Message);
            WriteText(json, "hint", f.Hint);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, LocalizedText text)
    {
        json.WriteStartObject(name);
        json.WriteString("en", text.En);
        json.WriteString("vi", text.Vi);
        json.WriteEndObject();
    }

    public static void WriteLines(IEnumerable<Finding> findings)
    {
        var language = System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        foreach (var f in findings)
        {
            Console.Out.WriteLine($"{f.Rule.Severity.ToString().ToLowerInvariant(),-7} {f.Rule.Code,-12} {f.Path}");
            Console.Out.WriteLine($"        {f.Message.In(language)} ({f.Rule.Clause})");
            Console.Out.WriteLine($"        → {f.Hint.In(language)}");
        }
    }
}
