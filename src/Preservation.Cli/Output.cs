using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Core.Findings;

namespace Preservation.Cli;

/// <summary>One JSON document on standard output, or lines for a person; everything else goes to standard error.</summary>
internal static class Output
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void WriteJson(object document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, Json));

    /// <summary>Findings as contracts.md writes them.</summary>
    public static IEnumerable<object> Of(IEnumerable<Finding> findings) => findings.Select(f => new
    {
        code = f.Rule.Code, severity = f.Rule.Severity, clause = f.Rule.Clause, path = f.Path, expected = f.Expected, found = f.Found, message = f.Message, hint = f.Hint,
    });

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
