using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Submissions;

/// <summary><c>GET /submissions</c>, one of them, and its receipts.</summary>
internal static class ReadSubmissions
{
    internal static readonly Role[] Readers = [Role.Producer, Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/submissions", ListAsync).Produces<Page<SubmissionRow>>().For(Readers);
        routes.MapGet("/submissions/{id:guid}", GetAsync).Produces<SubmissionView>().For(Readers);
        routes.MapGet("/submissions/{id:guid}/receipts/{kind}", ReceiptAsync).Produces<System.Text.Json.JsonElement>().For(Readers);
        routes.MapGet("/submissions/{id:guid}/receipts/{kind}/seal", SealAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pkcs7-signature").For(Readers);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, string? state, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        SubmissionState wanted = default;
        if (state is not null && !Enum.TryParse(state, ignoreCase: true, out wanted)) return Problems.Invalid("state", "a state of domain.md, for instance awaitingApproval");
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<SubmissionRow>.Size(limit);
        var rows = await session.Rows.Submissions.AsNoTracking()
            .Where(s => (state == null || s.State == wanted) && (before == null || s.Id < before))
            .OrderByDescending(s => s.Id).Take(size + 1)
            .Select(s => new SubmissionRow(s.Id, s.AgencyId, s.State, s.FileName, s.Title, s.PackageKind, s.Bytes, s.ReceivedAt, s.EndedAt, s.PackageId))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<SubmissionRow>.Of(rows, size, s => s.Id.ToString()));
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var s = await session.Rows.Submissions.Where(x => x.Id == id).ToLookAt().SingleOrDefaultAsync(cancellationToken);
        if (s is null) return Problems.NotFound();
        var steps = await session.Rows.SubmissionSteps.AsNoTracking().Where(x => x.SubmissionId == id).OrderBy(x => x.Ordinal).ToListAsync(cancellationToken);
        var findings = await session.Rows.SubmissionFindings.AsNoTracking().Where(x => x.SubmissionId == id).OrderBy(x => x.Ordinal).ToListAsync(cancellationToken);
        var receipts = await session.Rows.Receipts.Where(x => x.SubmissionId == id).OrderBy(x => x.IssuedAt).Select(x => new { x.Kind, x.IssuedAt }).ToListAsync(cancellationToken);
        return TypedResults.Ok(new SubmissionView(s.Id, s.AgencyId, s.State, s.RecordStatus, s.FileName, s.Title, s.PackageKind, s.Bytes,
            Convert.ToHexStringLower(s.Sha256), s.ReceivedAt, s.EndedAt, s.Reason, s.PackageId, s.LastProblem,
            [.. steps.Select(x => new StepView(x.Name, x.Outcome, x.StartedAt, x.EndedAt, JsonDocument.Parse(x.Detail).RootElement))],
            [.. findings.Select(FindingView.Of)],
            await DecisionView.OfAsync(session, id, cancellationToken),
            [.. receipts.Select(x => new ReceiptLink(x.Kind, x.IssuedAt, $"/api/v1/submissions/{id}/receipts/{JsonNamingPolicy.CamelCase.ConvertName(x.Kind.ToString())}"))]));
    }

    private static async Task<IResult> ReceiptAsync(Guid id, string kind, CallerAccess access, CancellationToken cancellationToken) =>
        await FindAsync(id, kind, access, cancellationToken) is { } receipt
            ? TypedResults.Bytes(receipt.Body, "application/json", $"receipt-{id}-{kind}.json") : Problems.NotFound();

    private static async Task<IResult> SealAsync(Guid id, string kind, CallerAccess access, CancellationToken cancellationToken) =>
        await FindAsync(id, kind, access, cancellationToken) is { } receipt
            ? TypedResults.Bytes(receipt.Seal, "application/pkcs7-signature", $"receipt-{id}-{kind}.json.p7s") : Problems.NotFound();

    private static async Task<Receipt?> FindAsync(Guid id, string kindName, CallerAccess access, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<ReceiptKind>(kindName, ignoreCase: true, out var kind)) return null;
        await using var session = await access.BeginAsync(cancellationToken);
        return await session.Rows.Receipts.AsNoTracking()
            .SingleOrDefaultAsync(r => r.SubmissionId == id && r.Kind == kind && session.Rows.Submissions.Any(s => s.Id == id), cancellationToken);
    }

    private sealed record SubmissionRow(
        Guid Id, Guid AgencyId, SubmissionState State, string FileName, string? Title, string? PackageKind, long Bytes, DateTimeOffset ReceivedAt, DateTimeOffset? EndedAt, Guid? PackageId);

    private sealed record SubmissionView(
        Guid Id, Guid AgencyId, SubmissionState State, string RecordStatus, string FileName, string? Title, string? PackageKind, long Bytes, string Sha256,
        DateTimeOffset ReceivedAt, DateTimeOffset? EndedAt, string? Reason, Guid? PackageId, string? LastProblem,
        IReadOnlyList<StepView> Steps, IReadOnlyList<FindingView> Findings, IReadOnlyList<DecisionView> Decisions, IReadOnlyList<ReceiptLink> Receipts);

    private sealed record StepView(string Name, StepOutcomeKind Outcome, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, JsonElement Detail);

    private sealed record ReceiptLink(ReceiptKind Kind, DateTimeOffset IssuedAt, string Href);
}
