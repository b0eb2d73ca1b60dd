using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Pages.Fixity;

/// <summary>Makes a report that is sealed and kept.</summary>
internal sealed class FreezeModel(CallerAccess access, FrozenReports reports) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/fixity");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        try
        {
            await reports.MakeAsync(session, null, access.Caller.PrincipalId, access.Caller.Name, cancellationToken);
        }
        catch (FontMissingException)
        {
            return LocalRedirect("/fixity?notice=fontMissing");
        }
        await session.CommitAsync(cancellationToken);
        return LocalRedirect("/fixity?notice=reportFrozen");
    }
}
