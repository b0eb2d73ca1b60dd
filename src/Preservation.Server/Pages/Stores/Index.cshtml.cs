using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Core.Findings;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Stores;

namespace Preservation.Server.Pages.Stores;

/// <summary>The stores: what they were seen to do, their locks, what waits for them, media and migrations, and whether the copies meet the policy.</summary>
internal sealed class IndexModel(CallerAccess access, StoresReport reports, Visit visit) : PageModel
{
    public StoresReportView Report { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        Report = await reports.MakeAsync(session, cancellationToken);
        return Page();
    }

    /// <summary>A rule's text in the visitor's language.</summary>
    public string Said(LocalizedText text) => visit.T.Language == "vi" ? text.Vi : text.En;
}
