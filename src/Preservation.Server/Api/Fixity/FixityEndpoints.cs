using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Reconciliation;

namespace Preservation.Server.Api.Fixity;

/// <summary>Fixity runs and the report an officer reads.</summary>
internal static class FixityEndpoints
{
    private static readonly Role[] Readers = [Role.PreservationOfficer, Role.Auditor, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fixity/runs", RunsAsync).For(Readers);
        routes.MapPost("/fixity/runs", StartAsync).For(Role.PreservationOfficer);
        routes.MapGet("/fixity/report", ReportAsync).For(Readers);
        routes.MapGet("/drills", DrillsAsync).For(Readers);
        routes.MapGet("/reconciliation", ReconciliationAsync).For(Readers);
        routes.MapPost("/reconciliation/runs", ReconcileAsync).For(Role.PreservationOfficer);
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

    private static async Task<IResult> ReportAsync(CallerAccess access, FixityReport reports, string? format, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var report = await reports.MakeAsync(session, cancellationToken);
        return format switch
        {
            null or "json" => TypedResults.Ok(report),
            "csv" => TypedResults.File(Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Csv(report))).ToArray(), "text/csv; charset=utf-8", "fixity-report.csv"),
            _ => Problems.Invalid("format", "json or csv"),
        };
    }

    /// <summary>The columns of the check procedure (VN-FIX-05): file name and storage address of every bad file, and what was done.</summary>
    internal static string Csv(FixityReportView report)
    {
        var csv = new StringBuilder("foundAt,store,address,key,package,outcome,expectedSha512,observedSha512,action,repairedFrom,repairedAt\r\n");
        foreach (var p in report.Problems)
            csv.AppendJoin(',', new[]
            {
                p.FoundAt.ToString("O", CultureInfo.InvariantCulture), p.Store, p.Address, p.Key, p.PackageId.ToString(), p.Outcome.ToString(), p.ExpectedSha512, p.ObservedSha512 ?? "", p.Action,
                p.RepairedFrom ?? "", p.RepairedAt?.ToString("O", CultureInfo.InvariantCulture) ?? "",
            }.Select(Quote)).Append("\r\n");
        return csv.ToString();
    }

    // A leading = + - @ would be taken for a formula by a spreadsheet.
    private static string Quote(string field) =>
        "\"" + (field.Length > 0 && field[0] is '=' or '+' or '-' or '@' ? "'" + field : field).Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private sealed record ReconcileRequest(string Store);

    private sealed record RunRequest(Guid? PackageId = null);
}
