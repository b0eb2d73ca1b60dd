using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Server.Api.Fixity;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Pages.Fixity;

/// <summary>The bad copies as CSV, the same as the API gives.</summary>
internal sealed class CsvModel(CallerAccess access, FixityReport reports) : PageModel
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        var csv = FixityEndpoints.Csv(await reports.MakeAsync(session, cancellationToken));
        return File([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(csv)], "text/csv; charset=utf-8", "fixity-report.csv");
    }
}
