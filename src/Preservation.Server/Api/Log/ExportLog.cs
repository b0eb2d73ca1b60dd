using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;

namespace Preservation.Server.Api.Log;

/// <summary>
/// <c>GET /log/export</c>: the sealed log as a JSON document a line (<see cref="LogExportReader"/>), for <c>preserve audit --log</c>. Whoever may not see an
/// entry gets its leaf hash alone, which is enough to work out every head. A page of rows at a time, each in a transaction of its own: what is sealed does not change.
/// </summary>
internal static class ExportLog
{
    private const int PageRows = 5_000;
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] NewLine = [(byte)'\n'];

    public static async Task<IResult> HandleAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (session.Scope.IsEmpty) return Problems.Forbidden();
        var newest = await session.Rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number).FirstOrDefaultAsync(cancellationToken);
        if (newest is null) return Problems.NotFound();
        session.Audit(access.Caller.PrincipalId, null, "log.exported", "log", newest.TreeSize.ToString(System.Globalization.CultureInfo.InvariantCulture), new { session.Scope.Everything });
        var (now, isWhole) = (session.Now, session.Scope.Everything);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Stream(output => WriteAsync(output, access, newest, now, isWhole, cancellationToken), "application/x-ndjson", $"log-{newest.TreeSize}.jsonl");
    }

    private static async Task WriteAsync(Stream output, CallerAccess access, AuditBatch newest, DateTimeOffset now, bool isWhole, CancellationToken cancellationToken)
    {
        var lines = new MemoryStream();
        await using var json = new Utf8JsonWriter(lines, Written);
        void Line(Action<Utf8JsonWriter> members)
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            lines.Write(NewLine);
        }
        Line(j =>
        {
            j.WriteString("log", LogExportReader.Kind);
            j.WriteNumber("version", 1);
            j.WriteString("exportedAt", now);
            j.WriteBoolean("whole", isWhole);
            j.WriteNumber("treeSize", newest.TreeSize);
            j.WriteString("head", Convert.ToHexStringLower(newest.Head));
        });
        for (var from = 0L; from < newest.TreeSize; from += PageRows)
        {
            await PageAsync(access, from, Math.Min(from + PageRows, newest.TreeSize), Line, cancellationToken);
            await SendAsync(lines, output, cancellationToken);
        }
        Line(j => j.WriteNumber("end", newest.TreeSize));
        await SendAsync(lines, output, cancellationToken);
    }

    private static async Task PageAsync(CallerAccess access, long from, long until, Action<Action<Utf8JsonWriter>> line, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await session.Rows.AuditSeals.AsNoTracking().Where(s => s.Sequence >= from && s.Sequence < until)
            .GroupJoin(session.Rows.AuditEntries, s => s.EntryId, e => e.Id, (s, e) => new { s, e }).SelectMany(x => x.e.DefaultIfEmpty(), (x, e) => new { x.s.Sequence, x.s.LeafHash, Entry = e })
            .OrderBy(x => x.Sequence).ToListAsync(cancellationToken);
        var heads = new Queue<(long TreeSize, byte[] Head)>((await session.Rows.AuditBatches.AsNoTracking().Where(b => b.TreeSize > from && b.TreeSize <= until).OrderBy(b => b.TreeSize).ThenBy(b => b.Number)
            .Select(b => new { b.TreeSize, b.Head }).ToListAsync(cancellationToken)).Select(b => (b.TreeSize, b.Head)));
        foreach (var row in rows)
        {
            Heads(row.Sequence);
            line(j =>
            {
                j.WriteNumber("n", row.Sequence);
                j.WriteString("leaf", Convert.ToHexStringLower(row.LeafHash));
                if (row.Entry is not null) j.WriteString("entry", AuditJson.Skeleton(row.Entry));
            });
        }
        Heads(until);

        void Heads(long size)
        {
            while (heads.TryPeek(out var head) && head.TreeSize <= size)
            {
                heads.Dequeue();
                line(j =>
                {
                    j.WriteNumber("size", head.TreeSize);
                    j.WriteString("head", Convert.ToHexStringLower(head.Head));
                });
            }
        }
    }

    private static async Task SendAsync(MemoryStream lines, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellationToken);
        lines.SetLength(0);
    }
}
