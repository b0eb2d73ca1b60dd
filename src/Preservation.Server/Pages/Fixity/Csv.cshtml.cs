using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Pages.Fixity;

/// <summary>The bad copies as CSV, the same as the API gives.</summary>
internal sealed class CsvModel(CallerAccess access, FixityReport reports) : PageModel
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        return File(FixityReportCsv.ToBytes(await reports.MakeAsync(session, cancellationToken)), "text/csv; charset=utf-8", "fixity-report.csv");
    }
}
