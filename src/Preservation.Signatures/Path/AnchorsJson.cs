using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Preservation.Core;

namespace Preservation.Signatures.Path;

/// <summary>
/// The form of <c>anchors.json</c>: <c>anchors</c>, each naming a certificate by <c>file</c>, by <c>sha256</c> or by itself (<c>certificate</c>, base64), with
/// <c>family</c>, <c>notBefore</c>, <c>notAfter</c> (the moment from which it is no longer believed), <c>note</c> and <c>source</c>; and <c>lists</c>, each giving the
/// authorities of a trusted list (<c>name</c> or <c>territory</c>) their <c>family</c>.
/// </summary>
internal static class AnchorsJson
{
    private const int MaxAnchors = 200_000;
    private static readonly string[] AnchorMembers = ["file", "sha256", "certificate", "family", "notBefore", "notAfter", "note", "source"];
    private static readonly string[] SourceMembers = ["name", "territory", "sequenceNumber", "sha256", "provider", "service", "nextUpdate"];

    /// <summary>A family for a list's authorities.</summary>
    internal sealed record ListFamily(string? Name, string? Territory, string Family);

    /// <summary>A certificate with the file it was found in.</summary>
    internal sealed record FiledCertificate(string File, Certificate Certificate);

    /// <summary>What a file says: anchors, the certificates that it speaks of, and families of lists.</summary>
    internal sealed record Content(ImmutableArray<TrustAnchor> Anchors, ImmutableArray<FiledCertificate> Named, ImmutableArray<ListFamily> Lists);

    /// <summary>What tells one anchor from another, and the order of a set.</summary>
    public static string Key(TrustAnchor anchor) => string.Join('\n',
        anchor.Sha256, anchor.Family, Text(anchor.From), Text(anchor.Until), anchor.Source?.Name, anchor.Source?.Territory,
        anchor.Source?.SequenceNumber?.ToString(CultureInfo.InvariantCulture), anchor.Source?.Sha256, anchor.Source?.Provider, anchor.Source?.Service, anchor.Note);

    public static byte[] Write(ImmutableArray<TrustAnchor> anchors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("anchors");
            foreach (var anchor in anchors) Write(json, anchor);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">Malformed, or it names a certificate that is not there.</exception>
    public static Content Read(ReadOnlyMemory<byte> bytes, string name, IReadOnlyList<FiledCertificate> certificates)
    {
        try
        {
            using var json = SafeJson.Parse(bytes, Limits.Default);
            var anchors = ImmutableArray.CreateBuilder<TrustAnchor>();
            var named = ImmutableArray.CreateBuilder<FiledCertificate>();
            foreach (var entry in Members(json.RootElement, "anchors"))
            {
                if (anchors.Count >= MaxAnchors) throw new FormatException("too many anchors");
                Check(entry, AnchorMembers);
                foreach (var (found, filed) in Certificates(entry, certificates))
                {
                    if (filed is not null) named.Add(filed);
                    anchors.Add(ReadAnchor(entry, found, filed?.File));
                }
            }
            return new Content(anchors.ToImmutable(), named.ToImmutable(), [.. Members(json.RootElement, "lists").Select(ReadList)]);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"{name} is malformed: {exception.Message}", exception);
        }
    }

    private static void Write(Utf8JsonWriter json, TrustAnchor anchor)
    {
        json.WriteStartObject();
        json.WriteString("sha256", anchor.Sha256);
        WriteText(json, "family", anchor.Family);
        WriteText(json, "notBefore", Text(anchor.From));
        WriteText(json, "notAfter", Text(anchor.Until));
        WriteText(json, "note", anchor.Note);
        if (anchor.Source is { } source)
        {
            json.WriteStartObject("source");
            json.WriteString("name", source.Name);
            WriteText(json, "territory", source.Territory);
            if (source.SequenceNumber is { } number) json.WriteNumber("sequenceNumber", number);
            WriteText(json, "sha256", source.Sha256);
            WriteText(json, "provider", source.Provider);
            WriteText(json, "service", source.Service);
            WriteText(json, "nextUpdate", Text(source.NextUpdate));
            json.WriteEndObject();
        }
        json.WriteString("certificate", Convert.ToBase64String(anchor.Encoded.Span));
        json.WriteEndObject();
    }

    private static TrustAnchor ReadAnchor(JsonElement entry, Certificate certificate, string? file)
    {
        var anchor = new TrustAnchor(certificate)
        {
            Family = ReadFamily(entry), From = Time(entry, "notBefore"), Until = Time(entry, "notAfter"), Note = Text(entry, "note"),
            Source = entry.TryGetProperty("source", out var source) ? ReadSource(source) : file is null ? null : new AnchorSource(file),
        };
        return anchor.From >= anchor.Until ? throw new FormatException($"{anchor.Sha256} ends before it begins") : anchor;
    }

    private static AnchorSource ReadSource(JsonElement source)
    {
        Check(source, SourceMembers);
        return new AnchorSource(Text(source, "name") ?? throw new FormatException("a source without a name"))
        {
            Territory = Text(source, "territory"), Sha256 = Text(source, "sha256"), Provider = Text(source, "provider"), Service = Text(source, "service"),
            NextUpdate = Time(source, "nextUpdate"), SequenceNumber = source.TryGetProperty("sequenceNumber", out var number) ? number.GetInt64() : null,
        };
    }

    private static ListFamily ReadList(JsonElement entry)
    {
        Check(entry, ["name", "territory", "family"]);
        var (name, territory) = (Text(entry, "name"), Text(entry, "territory"));
        if (name is null && territory is null) throw new FormatException("a list without name and territory");
        return new ListFamily(name, territory, ReadFamily(entry) ?? throw new FormatException("a list without a family"));
    }

    private static IEnumerable<(Certificate Certificate, FiledCertificate? Filed)> Certificates(JsonElement entry, IReadOnlyList<FiledCertificate> certificates)
    {
        var (file, sha256) = (Text(entry, "file"), Text(entry, "sha256")?.ToLowerInvariant());
        if (Text(entry, "certificate") is { } encoded)
        {
            var own = TrustAnchors.DecodeOne(Convert.FromBase64String(encoded));
            if (sha256 is not null && sha256 != own.Fingerprint) throw new FormatException($"the certificate is not {sha256}");
            // Beside a file with the same certificate it speaks of that one too.
            return [(own, certificates.FirstOrDefault(c => c.Certificate.Fingerprint == own.Fingerprint))];
        }
        if (file is null && sha256 is null) throw new FormatException("an anchor that names no certificate");
        var found = certificates.Where(c => (file is null || c.File == file) && (sha256 is null || c.Certificate.Fingerprint == sha256)).ToList();
        return found.Count == 0 ? throw new FormatException($"no certificate {file} {sha256}") : found.Select(f => (f.Certificate, (FiledCertificate?)f));
    }

    // A word that is misspelt would silently widen trust.
    private static void Check(JsonElement entry, string[] members)
    {
        if (entry.EnumerateObject().Select(m => m.Name).FirstOrDefault(n => !members.Contains(n)) is { } unknown) throw new FormatException($"unknown member {unknown}");
    }

    private static JsonElement.ArrayEnumerator Members(JsonElement root, string name) => root.TryGetProperty(name, out var array) ? array.EnumerateArray() : default;

    private static string? ReadFamily(JsonElement entry) =>
        Text(entry, "family") is not { } family ? null : AnchorFamily.IsKnown(family) ? family : throw new FormatException($"unknown family {family}");

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    // With its offset: a bare date is another moment in Hanoi than in Greenwich.
    private static DateTimeOffset? Time(JsonElement entry, string name) => Text(entry, name) is not { } text ? null
        : text.Contains('T', StringComparison.Ordinal) && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) : throw new FormatException($"{name} is no time with its offset");

    private static string? Text(DateTimeOffset? time) => time is { } value ? PathProcessing.Text(value) : null;

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }
}
