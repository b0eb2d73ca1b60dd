using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow.Drills;

namespace Preservation.Server.Pages.Drills;

/// <summary>Restore drills: which packages were restored from which store, what was looked at, and what came of it.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    private const int Size = 50;

    public IReadOnlyList<(RestoreDrill Drill, string? Title, IReadOnlyList<DrillStep> Steps)> Rows { get; private set; } = [];

    /// <summary>All drills there were, by store.</summary>
    public IReadOnlyList<(string Store, long Passed, long Failed, DateTimeOffset LastAt)> Stores { get; private set; } = [];

    public Guid? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid? before, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        var drills = await session.Rows.RestoreDrills.AsNoTracking().Where(d => before == null || d.Id < before).OrderByDescending(d => d.Id).Take(Size + 1).ToListAsync(cancellationToken);
        if (drills.Count > Size) Next = drills[Size - 1].Id;
        var shown = drills.Take(Size).ToList();
        var ids = shown.ConvertAll(d => d.PackageId);
        var titles = await session.Rows.Packages.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Title, cancellationToken);
        Rows = [.. shown.Select(d => (d, titles.GetValueOrDefault(d.PackageId), (IReadOnlyList<DrillStep>)JsonSerializer.Deserialize<List<DrillStep>>(d.Report, AuditJson.Options)!))];
        Stores = [.. (await session.Rows.RestoreDrills.GroupBy(d => d.Store)
                .Select(g => new { g.Key, Passed = g.LongCount(d => d.Outcome == DrillOutcome.Passed), Failed = g.LongCount(d => d.Outcome == DrillOutcome.Failed), Last = g.Max(d => d.EndedAt) }).ToListAsync(cancellationToken))
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Passed, g.Failed, g.Last))];
        return Page();
    }
}
