using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Log;

/// <summary>
/// <c>GET /log/keys</c>: every key that receipts are or were sealed with. <c>GET /submissions/{id}/receipts/{kind}/evidence</c>: the evidence record of a receipt
/// (RFC 4998), which proves it when its key is relied on no more.
/// </summary>
internal static class SealKeyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/log/keys", KeysAsync).Produces<Page<KeyView>>().For(Role.Auditor, Role.Producer, Role.PreservationOfficer, Role.Approver);
        routes.MapGet("/submissions/{id:guid}/receipts/{kind}/evidence", EvidenceAsync).Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").For(Role.Producer, Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.Auditor);
    }

    private static async Task<IResult> KeysAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (session.Scope.IsEmpty) return Problems.Forbidden();
        var now = session.Now;
        var keys = await SealKeys.AllAsync(session, cancellationToken);
        var views = keys.Select(k => View(k.Key, k.Revocations.FirstOrDefault(r => r.ConfirmedAt is not null), now)).ToList();
        return TypedResults.Ok(new Page<KeyView>(views, null));
    }

    private static KeyView View(SealKey key, SealKeyRevocation? revocation, DateTimeOffset now) => new(key.Id, key.Algorithm,
        revocation is not null && revocation.RevokedAt <= now ? KeyState.Revoked : now < key.ValidFrom ? KeyState.Coming : now < key.ValidUntil ? KeyState.Valid : KeyState.Ended,
        key.ValidFrom, key.ValidUntil, revocation?.RevokedAt, revocation?.Compromise, revocation?.Reason, System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", key.Certificate));

    private static async Task<IResult> EvidenceAsync(Guid id, string kind, CallerAccess access, EvidenceRecords records, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<ReceiptKind>(kind, ignoreCase: true, out var wanted)) return Problems.NotFound();
        await using var session = await access.BeginAsync(cancellationToken);
        var receipt = await session.Rows.Receipts.AsNoTracking().Where(r => r.SubmissionId == id && r.Kind == wanted && session.Rows.Submissions.Any(s => s.Id == id)).Select(r => (Guid?)r.Id).SingleOrDefaultAsync(cancellationToken);
        if (receipt is not { } found) return Problems.NotFound();
        return await records.OfAsync(LeafKind.Receipt, [found.ToString()], cancellationToken) is [var record, ..]
            ? TypedResults.Bytes(record.Encoded.ToArray(), "application/octet-stream", $"receipt-{id}-{kind}.json.ers")
            : Problems.Of(StatusCodes.Status404NotFound, "notYetCovered", "The receipt is not covered by a time-stamp yet; the next batch will cover it.");
    }

    private enum KeyState
    {
        Coming,
        Valid,
        Ended,
        Revoked,
    }

    private sealed record KeyView(
        string Id, string Algorithm, KeyState State, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset? RevokedAt, bool? Compromise, string? Reason, string Certificate);
}
