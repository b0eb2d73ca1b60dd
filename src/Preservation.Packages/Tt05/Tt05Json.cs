using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Packages.Tt05;

/// <summary>How the tables of <c>schemas/tt05</c> are read: code made at build time, so that a program compiled ahead of time needs no reflection. A member that is not known is refused.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EditionIndex))]
[JsonSerializable(typeof(FieldTables))]
[JsonSerializable(typeof(FormatTables))]
internal sealed partial class Tt05Json : JsonSerializerContext;

/// <summary><c>editions.json</c>.</summary>
internal sealed record EditionIndex(List<EditionEntry> Editions);

/// <summary>A folder and the days it holds.</summary>
internal sealed record EditionEntry(string Folder, DateOnly ValidFrom, DateOnly? ValidUntil);

/// <summary><c>fields.json</c>.</summary>
internal sealed record FieldTables(Dictionary<string, Dictionary<string, string>> Codes, Dictionary<string, Dictionary<string, List<FieldEntry>>> Forms);

/// <summary>A field of a descriptor.</summary>
internal sealed record FieldEntry(string Name, bool Mandatory, Tt05FieldKind Kind, int MaxLength, string? Codes = null);

/// <summary><c>formats.json</c>.</summary>
internal sealed record FormatTables(string Clause, Dictionary<string, Dictionary<string, string>> Formats);
