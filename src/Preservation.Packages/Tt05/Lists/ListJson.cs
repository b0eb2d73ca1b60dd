using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>How <c>worksheet.json</c> is read, by code made at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WorksheetWords))]
internal sealed partial class ListJson : JsonSerializerContext;

/// <summary>The headings and code words of a worksheet.</summary>
internal sealed record WorksheetWords(
    List<HeadingEntry> Headings, Dictionary<string, Dictionary<string, string[]>> Words, Dictionary<string, Dictionary<string, string[]>> OlderWords, Circular02Tables Circular02);

/// <summary>A field and what people call it.</summary>
internal sealed record HeadingEntry(string Field, string[] Names);
