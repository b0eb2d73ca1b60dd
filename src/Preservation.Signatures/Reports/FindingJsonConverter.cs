using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>Writes findings as <c>preserve check</c> does. They are not read back: the rules are data of the program.</summary>
internal sealed class FindingJsonConverter : JsonConverter<Finding>
{
    public override Finding Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("findings are written, not read");

    public override void Write(Utf8JsonWriter writer, Finding value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("code", value.Rule.Code);
        writer.WriteString("severity", value.Rule.Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "info",
        });
        writer.WriteString("clause", value.Rule.Clause);
        writer.WriteString("path", value.Path);
        writer.WriteString("expected", value.Expected);
        writer.WriteString("found", value.Found);
        Write(writer, "message", value.Message);
        Write(writer, "hint", value.Hint);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, LocalizedText text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("en", text.En);
        writer.WriteString("vi", text.Vi);
        writer.WriteEndObject();
    }
}
