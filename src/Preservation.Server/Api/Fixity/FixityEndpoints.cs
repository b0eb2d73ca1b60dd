using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Reconciliation;

namespace Preservation.Server.Api.Fixity;

/// <summary>Fixity runs and the report an officer reads.</summary>
internal static class FixityEndpoints
{
    internal static readonly Role[] Readers = [Role.PreservationOfficer, Role.Auditor, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fixity/runs", RunsAsync).Produces<Page<FixityRun>>().For(Readers);
        routes.MapPost("/fixity/runs", StartAsync).Produces(StatusCodes.Status202Accepted).For(Role.PreservationOfficer);
        routes.MapGet("/fixity/report", ReportAsync).Produces<FixityReportView>(StatusCodes.Status200OK, "application/json", "text/csv", "application/pdf").For(Readers);
        routes.MapGet("/drills", DrillsAsync).Produces<Page<RestoreDrill>>().For(Readers);
        routes.MapGet("/reconciliation", ReconciliationAsync).Produces<ReconciliationReport>().For(Readers);
        routes.MapPost("/reconciliation/runs", ReconcileAsync).Produces(StatusCodes.Status202Accepted).For(Role.PreservationOfficer);
    }

    private static async Task<IResult> RunsAsync(CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<FixityRun>.Size(limit);
        var rows = await session.Rows.FixityRuns.AsNoTracking().Where(r => before == null || r.Id < before).OrderByDescending(r => r.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<FixityRun>.Of(rows, size, r => r.Id.ToString()));
    }

    private static async Task<IResult> StartAsync(RunRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (request.PackageId is { } id ? !await session.Rows.Packages.AnyAsync(p => p.Id == id, cancellationToken) : !session.Scope.Everything) return Problems.NotFound();
        var run = FixityRunner.Add(session, RunKind.OnDemand, access.Caller.PrincipalId, request.PackageId, session.Now);
        return await access.CommitAsync(session, digest, StatusCodes.Status202Accepted, null, new { run.Id, run.State }, cancellationToken);
    }

    private static async Task<IResult> ReconciliationAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        return session.Scope.Everything ? TypedResults.Ok(await ReconciliationReport.MakeAsync(session, cancellationToken)) : Problems.Forbidden();
    }

    private static async Task<IResult> DrillsAsync(CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<RestoreDrill>.Size(limit);
        var rows = await session.Rows.RestoreDrills.AsNoTracking().Where(d => before == null || d.Id < before).OrderByDescending(d => d.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<RestoreDrill>.Of(rows, size, d => d.Id.ToString()));
    }

    private static async Task<IResult> ReconcileAsync(ReconcileRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything || !await session.Rows.Stores.AnyAsync(s => s.Name == request.Store, cancellationToken)) return Problems.NotFound();
        if (await StoreReconciliation.AskAsync(session, request.Store, access.Caller.PrincipalId, cancellationToken) is not { } run)
            run = await session.Rows.ReconciliationRuns.AsNoTracking().SingleAsync(r => r.Store == request.Store && r.State == RunState.Running, cancellationToken);
        return await access.CommitAsync(session, digest, StatusCodes.Status202Accepted, null, new { run.Id, run.State }, cancellationToken);
    }

    // What is asked for by ?format= or, without it, by the first type of Accept that there is.
    private static async Task<IResult> ReportAsync(CallerAccess access, FixityReport reports, FixityReportDocument minutes, HttpRequest request, string? format, string? language, DateOnly? since, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var asked = format ?? Accepted(request);
        if (asked is not ("json" or "csv" or "pdf")) return Problems.Invalid("format", "json, csv or pdf");
        if (language is not null && !FixityReportDocument.Languages.Contains(language)) return Problems.Invalid("language", "vi or en");
        var report = await reports.MakeAsync(session, StartOf(since), cancellationToken);
        return asked switch
        {
            "csv" => TypedResults.File(FixityReportCsv.ToBytes(report), "text/csv; charset=utf-8", "fixity-report.csv"),
            "pdf" => Pdf(() => minutes.ToPdf(report, language ?? "vi", null)),
            _ => TypedResults.Ok(report),
        };
    }

    private static IResult Pdf(Func<byte[]> make)
    {
        try
        {
            return TypedResults.File(make(), "application/pdf", "fixity-report.pdf");
        }
        catch (FontMissingException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "fontMissing", e.Message);
        }
    }

    private static string Accepted(HttpRequest request) => request.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1)
        .Select(a => a.MediaType.Value switch { "application/pdf" => "pdf", "text/csv" => "csv", "application/json" or "application/*" or "*/*" => "json", _ => null }).FirstOrDefault(f => f is not null) ?? "json";

    internal static DateTimeOffset? StartOf(DateOnly? day) => day is { } d ? new DateTimeOffset(d.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    private sealed record ReconcileRequest(string Store);

    private sealed record RunRequest(Guid? PackageId = null);
}
