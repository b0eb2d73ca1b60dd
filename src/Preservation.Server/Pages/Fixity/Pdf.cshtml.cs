using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Pages.Fixity;

/// <summary>The minutes of the check as PDF/A in the visitor's language; not kept.</summary>
internal sealed class PdfModel(CallerAccess access, FixityReport reports, FixityReportDocument minutes, Visit visit) : PageModel
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        try
        {
            return File(minutes.ToPdf(await reports.MakeAsync(session, cancellationToken), visit.T.Language, null), "application/pdf", "fixity-report.pdf");
        }
        catch (FontMissingException)
        {
            return LocalRedirect("/fixity?notice=fontMissing");
        }
    }
}
