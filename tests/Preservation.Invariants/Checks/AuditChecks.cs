using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Preservation.Invariants.Checks;

/// <summary>Invariant 5, the audit log: every entry is sealed, its leaf is that of its skeleton, its detail that of its digest, and every head follows from the leaves (RFC 6962 §2.1).</summary>
internal sealed class AuditChecks(Catalogue catalogue, Report report)
{
    private const string Leaves = "5 audit leaves follow from their entries";
    private const string Heads = "5 audit heads follow from their leaves";
    private const string Details = "5 audit details follow from their digests";

    public async Task RunAsync()
    {
        var leaves = await LeavesAsync();
        await HeadsAsync(leaves);
        await DetailsAsync();
        foreach (var row in await catalogue.RowsAsync("SELECT id::text FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)"))
            report.Violated("5 every audit entry is sealed", $"entry {row[0]}");
        report.Saw("5 every audit entry is sealed", leaves.Count);
    }

    private async Task<List<byte[]>> LeavesAsync()
    {
        var leaves = new List<byte[]>();
        await using var reader = await catalogue.ReadAsync("""
            SELECT s.sequence, s.leaf_hash, e.id || '|' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|' || coalesce(e.principal_id::text, '') || '|' || coalesce(e.agency_id::text, '') || '|'
                || e.action || '|' || e.subject_kind || '|' || e.subject_id || '|' || encode(e.detail_digest, 'hex')
            FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.sequence
            """);
        while (await reader.ReadAsync())
        {
            var (sequence, leaf) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
            report.Require(sequence == leaves.Count, Leaves, () => $"sequence {sequence} stands in place {leaves.Count}");
            report.Require(SHA256.HashData([0, .. Encoding.UTF8.GetBytes(reader.GetString(2))]).AsSpan().SequenceEqual(leaf), Leaves, () => $"the leaf of sequence {sequence} is not that of its entry");
            leaves.Add(leaf);
        }
        return leaves;
    }

    private async Task HeadsAsync(List<byte[]> leaves)
    {
        var (last, number) = (0L, 0L);
        await using var reader = await catalogue.ReadAsync("SELECT number, tree_size, head FROM audit_batch ORDER BY number");
        while (await reader.ReadAsync())
        {
            var size = reader.GetInt64(1);
            report.Require(reader.GetInt64(0) == ++number && size > last && size <= leaves.Count, Heads, () => $"batch {number} of {size} entries follows one of {last}, {leaves.Count} are sealed");
            if (size <= leaves.Count) report.Require(Head(leaves, 0, (int)size).AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(2)), Heads, () => $"the head of batch {number} is not that of its {size} leaves");
            last = size;
        }
        report.Require(last == leaves.Count, Heads, () => $"{leaves.Count} entries are sealed, the last head is over {last}");
    }

    private async Task DetailsAsync()
    {
        await using var reader = await catalogue.ReadAsync("SELECT e.id, e.detail_digest, d.salt, d.detail::text, d.erased_at IS NOT NULL FROM audit_entry e LEFT JOIN audit_detail d ON d.entry_id = e.id");
        while (await reader.ReadAsync())
        {
            var id = reader.GetInt64(0).ToString(CultureInfo.InvariantCulture);
            if (!reader.IsDBNull(4) && reader.GetBoolean(4)) continue;
            report.Require(!reader.IsDBNull(2) && !reader.IsDBNull(3)
                && SHA256.HashData([.. reader.GetFieldValue<byte[]>(2), .. Canonical(reader.GetString(3))]).AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1)), Details, () => $"the detail of entry {id}");
        }
    }

    // RFC 6962 §2.1: split at the largest power of two below the size.
    private static byte[] Head(List<byte[]> leaves, int from, int count)
    {
        if (count == 1) return leaves[from];
        var split = 1;
        while (split * 2 < count) split *= 2;
        return SHA256.HashData([1, .. Head(leaves, from, split), .. Head(leaves, from + split, count - split)]);
    }

    // Members of objects in the order of their code units, no space.
    private static byte[] Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(document.RootElement, writer);
        return stream.ToArray();
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                writer.WritePropertyName(member.Name);
                Write(member.Value, writer);
            }
            writer.WriteEndObject();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray()) Write(item, writer);
            writer.WriteEndArray();
        }
        else element.WriteTo(writer);
    }
}
