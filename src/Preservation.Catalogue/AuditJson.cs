using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Preservation.Catalogue.Model;

namespace Preservation.Catalogue;

/// <summary>The exact bytes of the audit log: what a leaf is the hash of, so that anyone can recompute it.</summary>
public static class AuditJson
{
    /// <summary>How details are written: camel case, no indentation, Vietnamese left readable.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>SHA-256 over salt ‖ detail as UTF-8. jsonb does not keep bytes, so the detail is hashed in its canonical text.</summary>
    public static byte[] DetailDigest(byte[] salt, string detailJson)
    {
        ArgumentNullException.ThrowIfNull(salt);
        return SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(Canonical(detailJson))]);
    }

    /// <summary>The same JSON with object members in ordinal order and no blanks, whatever the database did to it.</summary>
    public static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = Options.Encoder }))
            Write(document.RootElement, writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>
    /// The public skeleton of an entry as UTF-8: <c>id|at|principal|agency|action|subjectKind|subjectId|detailDigest</c>, the instant
    /// in ISO 8601 with microseconds and Z, absent ids empty, the digest in lower-case hexadecimal.
    /// </summary>
    public static byte[] Skeleton(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var at = entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{entry.Id}|{at}|{entry.PrincipalId}|{entry.AgencyId}|{entry.Action}|{entry.SubjectKind}|{entry.SubjectId}|{Convert.ToHexStringLower(entry.DetailDigest)}"));
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(item, writer);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
