using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05;

/// <summary>A document to be packed: its fields by official tag, its files by path in the delivery folder.</summary>
/// <param name="Kind"><c>doc</c>, <c>pic</c> or <c>media</c>.</param>
/// <param name="Fields">Fields by official tag.</param>
/// <param name="File">The main file; null for a document submitted before, which <paramref name="Fetch"/> names.</param>
/// <param name="Attachments">Further files of the document.</param>
/// <param name="Fetch">Where the document lies that was submitted before; becomes a <c>.fetch.txt</c> file.</param>
public sealed record Tt05SourceDocument(
    string Kind, ImmutableDictionary<string, string> Fields, string? File, ImmutableArray<string> Attachments, string? Fetch);

/// <summary>A file to be put into the package's <c>documentation</c> folder.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="File">A file of the delivery folder; null when <paramref name="Content"/> is the file.</param>
/// <param name="Content">The bytes, when they come from no file.</param>
public sealed record Tt05SourceDocumentation(string Name, string? File, ReadOnlyMemory<byte> Content);

/// <summary>
/// What an agency says about a dossier to be packed. As JSON: <c>registrationCode</c>, <c>recordStatus</c>, <c>agency {code, name}</c>,
/// <c>fonds {code}</c>, <c>ordinalInRound</c>, <c>dossier {tag: value}</c>, <c>documents [{kind, file, attachments, fetch, tag: value}]</c> and
/// <c>defaults {dossier, document}</c>, whose values fill fields that are absent, and nothing else does.
/// </summary>
public sealed record Tt05Source
{
    /// <summary>Code of the approved registration (mã đăng ký nộp).</summary>
    public required string RegistrationCode { get; init; }

    /// <summary>Loose documents when the package's fields say where they come from (<c>source</c>), else a dossier.</summary>
    public Tt05Form Form => Dossier.ContainsKey("source") ? Tt05Form.SipCollection : Tt05Form.SipDossier;

    /// <summary>NEW, SUPPLEMENT, REPLACEMENT, TEST or OTHER.</summary>
    public required string RecordStatus { get; init; }

    /// <summary>Name of the submitting agency.</summary>
    public required string AgencyName { get; init; }

    /// <summary>Code of the fonds.</summary>
    public required string FondsCode { get; init; }

    /// <summary>Number of the package in its round; part of the file name when given.</summary>
    public int? OrdinalInRound { get; init; }

    /// <summary>The dossier's fields by official tag.</summary>
    public required ImmutableDictionary<string, string> Dossier { get; init; }

    /// <summary>The documents in order.</summary>
    public required ImmutableArray<Tt05SourceDocument> Documents { get; init; }

    /// <summary>What goes into the package beside the documents, so that nothing of the source is lost.</summary>
    public ImmutableArray<Tt05SourceDocumentation> Documentation { get; init; } = [];

    /// <summary>Reads the JSON form of one dossier; null when a finding says why it cannot be used.</summary>
    public static async Task<(Tt05Source? Source, ImmutableArray<Finding> Findings)> ReadAsync(
        Stream json, Limits limits, CancellationToken cancellationToken)
    {
        var (document, findings) = await ParseAsync(json, limits, cancellationToken).ConfigureAwait(false);
        using (document) return document is null ? (null, findings) : new Reading().Read(document.RootElement);
    }

    /// <summary>Reads the JSON form of one dossier, or an array of such; each with what was found in it, by path from the root.</summary>
    public static async Task<ImmutableArray<(string Path, Tt05Source? Source, ImmutableArray<Finding> Findings)>> ReadAllAsync(
        Stream json, Limits limits, CancellationToken cancellationToken)
    {
        var (document, findings) = await ParseAsync(json, limits, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            if (document is null) return [("", null, findings)];
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0) return [One(document.RootElement, "")];
            return [.. document.RootElement.EnumerateArray().Select((d, i) => One(d, $"[{i.ToString(CultureInfo.InvariantCulture)}]/"))];
        }
    }

    private static (string, Tt05Source?, ImmutableArray<Finding>) One(JsonElement element, string path)
    {
        var (source, findings) = new Reading().Read(element);
        return (path, source, [.. findings.Select(f => f with { Path = path + f.Path })]);
    }

    private static async Task<(JsonDocument? Document, ImmutableArray<Finding> Findings)> ParseAsync(Stream json, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            return (await SafeJson.ParseAsync(json, limits, cancellationToken).ConfigureAwait(false), []);
        }
        catch (JsonException e)
        {
            var place = $"line {(e.LineNumber + 1)?.ToString(CultureInfo.InvariantCulture) ?? "?"}";
            return (null, [new Finding(Tt05Rules.Get("VN-SRC-03"), "", "JSON", place)]);
        }
    }

    private sealed class Reading
    {
        private static readonly HashSet<string> OwnNames = new(StringComparer.Ordinal) { "kind", "file", "attachments", "fetch" };
        private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();

        public (Tt05Source?, ImmutableArray<Finding>) Read(JsonElement root)
        {
            if (root.ValueKind != JsonValueKind.Object) Want("object", "");
            var defaults = Member(root, "defaults");
            var dossier = Fields(Member(root, "dossier"), Member(defaults, "dossier"), "dossier");
            var documents = Member(root, "documents") is { ValueKind: JsonValueKind.Array } list ? list : default;
            if (documents.ValueKind != JsonValueKind.Array) Want("array", "documents");
            var read = documents.ValueKind == JsonValueKind.Array
                ? documents.EnumerateArray().Select((d, i) => Document(d, Member(defaults, "document"), $"documents[{i.ToString(CultureInfo.InvariantCulture)}]")).ToImmutableArray()
                : [];
            var source = new Tt05Source
            {
                RegistrationCode = Required(root, "registrationCode", ""),
                RecordStatus = Required(root, "recordStatus", ""),
                AgencyName = Required(Member(root, "agency"), "name", "agency"),
                FondsCode = Required(Member(root, "fonds"), "code", "fonds"),
                OrdinalInRound = Member(root, "ordinalInRound") is { ValueKind: JsonValueKind.Number } n && n.TryGetInt32(out var number) ? number : null,
                Dossier = dossier,
                Documents = read,
            };
            return _findings.Count == 0 ? (source, []) : (null, _findings.ToImmutable());
        }

        private Tt05SourceDocument Document(JsonElement document, JsonElement defaults, string path)
        {
            var attachments = Member(document, "attachments");
            return new Tt05SourceDocument(
                Member(document, "kind") is { ValueKind: JsonValueKind.String } kind ? kind.GetString()! : "doc",
                Fields(document, defaults, path),
                Text(Member(document, "file")),
                attachments.ValueKind == JsonValueKind.Array ? [.. attachments.EnumerateArray().Select(a => Text(a) ?? Want("text", path + "/attachments"))] : [],
                Text(Member(document, "fetch")));
        }

        private ImmutableDictionary<string, string> Fields(JsonElement element, JsonElement defaults, string path)
        {
            var fields = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var source in (ReadOnlySpan<JsonElement>)[defaults, element])
            {
                if (source.ValueKind != JsonValueKind.Object) continue;
                foreach (var member in source.EnumerateObject())
                    if (!OwnNames.Contains(member.Name) && Value(member, path) is { } value) fields[member.Name] = value;
            }
            if (element.ValueKind != JsonValueKind.Object) Want("object", path);
            return fields.ToImmutable();
        }

        // Lists become codes joined by ';'; ISO dates become the circular's DD/MM/YYYY.
        private string? Value(JsonProperty member, string path)
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null: return null;
                case JsonValueKind.String when member.Name is "startDate" or "endDate" or "issuedDate": return Date(member.Value.GetString()!);
                case JsonValueKind.String: return member.Value.GetString();
                case JsonValueKind.Number: return member.Value.GetRawText();
                case JsonValueKind.Array: return string.Join(';', member.Value.EnumerateArray().Select(v => Text(v) ?? Want("text", path + "/" + member.Name)));
                default: return Want("text", path + "/" + member.Name);
            }
        }

        private static string Date(string text) =>
            TextDate.Parse(text) is { IsDay: true, From: { } day } ? day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture) : text;

        private string Required(JsonElement element, string name, string path) =>
            Text(Member(element, name)) is { Length: > 0 } text ? text : Want("text", path.Length == 0 ? name : path + "/" + name);

        private string Want(string what, string path)
        {
            _findings.Add(new Finding(Tt05Rules.Get("VN-SRC-03"), path, what));
            return "";
        }

        private static JsonElement Member(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

        private static string? Text(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
    }
}
