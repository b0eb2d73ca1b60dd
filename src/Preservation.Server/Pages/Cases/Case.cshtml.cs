using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Cases;
using Preservation.Workflow.Cases;

namespace Preservation.Server.Pages.Cases;

/// <summary>What a mandate for one case shows. Reading it is audited.</summary>
internal sealed class CaseModel(CallerAccess access) : PageModel
{
    /// <summary>The most rows of a table: the last ones. The file has them all.</summary>
    public const int MostRows = 200;

    public Guid Id { get; private set; }

    public CaseView Case { get; private set; } = null!;

    public string Basis { get; private set; } = "";

    public bool IsCut => new[] { Case.Decisions.Count, Case.Verdicts.Count, Case.Entries.Count }.Max() > MostRows;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await CaseReading.OfAsync(session, id, cancellationToken) is not { } view) return NotFound();
        (Id, Case, Basis) = (id, view, CaseEndpoints.Basis(access.Caller, await session.Rows.Packages.AsNoTracking().SingleAsync(p => p.Id == id, cancellationToken)));
        await CaseEndpoints.TellAsync(session, access.Caller, id, "page", cancellationToken);
        await session.CommitAsync(cancellationToken);
        return Page();
    }
}
