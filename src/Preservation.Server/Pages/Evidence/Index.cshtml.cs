using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Core.Findings;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Renewal;

namespace Preservation.Server.Pages.Evidence;

/// <summary>The state of evidence: what is covered, what must be renewed and by when, alarms, and the years ahead.</summary>
internal sealed class IndexModel(CallerAccess access, EvidenceOutlook reports, Visit visit) : PageModel
{
    public EvidenceOutlookView Report { get; private set; } = null!;

    public bool AnyYear => Report.Years.Any(y => y.TimeStampRenewals + y.HashTreeRenewals > 0);

    public string Summary => RenewalChart.Summary(Report.Years, visit);

    public IHtmlContent Chart => RenewalChart.Render(Report.Years, visit);

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
