using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Reconciliation;

namespace Preservation.Server.Pages.Fixity;

/// <summary>The fixity report: coverage, oldest proof, runs over time, bad copies and what was done.</summary>
internal sealed class IndexModel(CallerAccess access, FixityReport reports, Visit visit) : PageModel
{
    private const int MostFrozen = 12;

    public FixityReportView Report { get; private set; } = null!;

    public FixityRun? Running { get; private set; }

    /// <summary>Where stores and catalogue agree.</summary>
    public ReconciliationReport Reconciliation { get; private set; } = null!;

    /// <summary>Titles of the packages that had problems; evidence and journal objects have none.</summary>
    public IReadOnlyDictionary<Guid, string> Packages { get; private set; } = new Dictionary<Guid, string>();

    /// <summary>The newest reports that were sealed and kept, with the names of their files.</summary>
    public IReadOnlyList<(Guid Id, DateTimeOffset MadeAt, string? By, IReadOnlyList<string> Parts)> Frozen { get; private set; } = [];

    public IHtmlContent Chart => FixityChart.Render(Report.Days, DateOnly.FromDateTime(Report.At.UtcDateTime), visit);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        Report = await reports.MakeAsync(session, cancellationToken);
        Running = await session.Rows.FixityRuns.AsNoTracking().Where(r => r.State == RunState.Running).OrderBy(r => r.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        Reconciliation = await ReconciliationReport.MakeAsync(session, cancellationToken);
        var frozen = await session.Rows.FrozenDocuments.AsNoTracking().Where(d => d.Kind == FrozenReports.Kind).OrderByDescending(d => d.Id).Take(MostFrozen).ToListAsync(cancellationToken);
        var kept = frozen.ConvertAll(d => d.Id);
        var parts = (await session.Rows.FrozenDocumentParts.Where(p => kept.Contains(p.DocumentId)).OrderBy(p => p.Name).Select(p => new { p.DocumentId, p.Name }).ToListAsync(cancellationToken)).ToLookup(p => p.DocumentId, p => p.Name);
        var makers = frozen.ConvertAll(d => d.MadeBy);
        var names = await session.Rows.Principals.Where(p => makers.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        Frozen = [.. frozen.Select(d => (d.Id, d.MadeAt, d.MadeBy is { } by ? names.GetValueOrDefault(by) : null, (IReadOnlyList<string>)[.. parts[d.Id]]))];
        var ids = Report.Problems.Select(p => p.PackageId).Distinct().ToList();
        Packages = await session.Rows.Packages.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Title, cancellationToken);
        return Page();
    }
}
