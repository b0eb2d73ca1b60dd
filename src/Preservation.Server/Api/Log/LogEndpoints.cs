using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;

namespace Preservation.Server.Api.Log;

/// <summary>Heads of the audit log, and the proofs that tie entries and old heads to them (RFC 9162 §2.1).</summary>
internal static class LogEndpoints
{
    private static readonly Role[] Readers = [Role.Auditor, Role.Producer, Role.PreservationOfficer, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/log/heads", HeadsAsync).Produces<Page<LogHeadView>>().For(Readers);
        routes.MapGet("/log/entries", EntriesAsync).Produces<Page<EntryView>>().For(Role.Auditor);
        routes.MapGet("/log/proofs", ProofAsync).Produces<System.Text.Json.JsonElement>().For(Readers);
        routes.MapGet("/log/export", ExportLog.HandleAsync).Produces<Stream>(StatusCodes.Status200OK, "application/x-ndjson").For(Readers);
    }

    private static async Task<IResult> HeadsAsync(CallerAccess access, long? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (session.Scope.IsEmpty) return Problems.Forbidden();
        var size = Page<LogHeadView>.Size(limit);
        var rows = await session.Rows.AuditBatches.AsNoTracking().Where(b => before == null || b.Number < before).OrderByDescending(b => b.Number).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<LogHeadView>.Of([.. rows.Select(b => new LogHeadView(b.Number, b.TreeSize, Convert.ToHexStringLower(b.Head), b.SealedAt))], size,
            b => b.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> EntriesAsync(CallerAccess access, long? after, string? subject, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<EntryView>.Size(limit);
        var rows = await session.Rows.AuditEntries.AsNoTracking().Where(e => (after == null || e.Id > after) && (subject == null || e.SubjectId == subject))
            .OrderBy(e => e.Id).Take(size + 1)
            .GroupJoin(session.Rows.AuditSeals, e => e.Id, s => s.EntryId, (e, s) => new { e, s }).SelectMany(x => x.s.DefaultIfEmpty(), (x, s) => new { x.e, s })
            .GroupJoin(session.Rows.AuditDetails, x => x.e.Id, d => d.EntryId, (x, d) => new { x.e, x.s, d }).SelectMany(x => x.d.DefaultIfEmpty(), (x, d) => new { x.e, x.s, d })
            .OrderBy(x => x.e.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<EntryView>.Of([.. rows.Select(x => new EntryView(x.e.Id, x.e.At, x.e.PrincipalId, x.e.AgencyId, x.e.Action, x.e.SubjectKind, x.e.SubjectId,
            Convert.ToHexStringLower(x.e.DetailDigest), x.s?.Sequence, x.d?.Detail is { } detail ? System.Text.Json.JsonDocument.Parse(detail).RootElement : null,
            x.d is null ? null : Convert.ToHexStringLower(x.d.Salt)))], size, e => e.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// With <c>entry</c>: inclusion of that entry in the newest head. With <c>oldSize</c>: consistency of an old head with it. <c>size</c> asks for the head over
    /// so many entries instead, so that several proofs lead to one head while the log grows.
    /// </summary>
    private static async Task<IResult> ProofAsync(CallerAccess access, long? entry, long? oldSize, long? size, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (session.Scope.IsEmpty) return Problems.Forbidden();
        var newest = await session.Rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number).FirstOrDefaultAsync(cancellationToken);
        if (newest is null) return Problems.NotFound();
        var tree = new AuditTree(session);
        var all = size ?? newest.TreeSize;
        if (all < 1 || all > newest.TreeSize) return Problems.Invalid("size", "1 to the size of the newest head");
        var head = all == newest.TreeSize ? Convert.ToHexStringLower(newest.Head) : Hex(await tree.ProofAsync([(0, all)], cancellationToken))[0];
        if (oldSize is { } old)
        {
            if (old < 0 || old > all) return Problems.Invalid("oldSize", "0 to the size of the head");
            return TypedResults.Ok(new ConsistencyView(old, all, head, Hex(await tree.ProofAsync(MerkleLog.ConsistencyRanges(old, all), cancellationToken))));
        }
        if (entry is not { } id) return Problems.Invalid("entry", "name an entry or an oldSize");
        var found = await session.Rows.AuditEntries.AsNoTracking().Where(e => e.Id == id).Join(session.Rows.AuditSeals, e => e.Id, s => s.EntryId, (e, s) => new { e, s }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || found.s.Sequence >= all) return Problems.NotFound();
        return TypedResults.Ok(new InclusionView(found.s.Sequence, all, head, Convert.ToHexStringLower(found.s.LeafHash),
            System.Text.Encoding.UTF8.GetString(AuditJson.Skeleton(found.e)), Hex(await tree.ProofAsync(MerkleLog.InclusionRanges(found.s.Sequence, all), cancellationToken))));
    }

    private static List<string> Hex(ImmutableArray<ImmutableArray<byte>> proof) => [.. proof.Select(p => Convert.ToHexStringLower(p.AsSpan()))];

    private sealed record LogHeadView(long Number, long TreeSize, string Head, DateTimeOffset SealedAt);

    private sealed record EntryView(
        long Id, DateTimeOffset At, Guid? Principal, Guid? Agency, string Action, string SubjectKind, string SubjectId, string DetailDigest, long? Sequence,
        System.Text.Json.JsonElement? Detail, string? Salt);

    private sealed record InclusionView(long Sequence, long TreeSize, string Head, string LeafHash, string Skeleton, IReadOnlyList<string> Proof);

    private sealed record ConsistencyView(long OldSize, long TreeSize, string Head, IReadOnlyList<string> Proof);
}
