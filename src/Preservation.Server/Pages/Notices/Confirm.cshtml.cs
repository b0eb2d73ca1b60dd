using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue;
using Preservation.Server.Api;
using Preservation.Workflow.Access;

namespace Preservation.Server.Pages.Notices;

/// <summary>The visitor knows of a change of rights.</summary>
internal sealed class ConfirmModel(CallerAccess access, CatalogueSessions sessions) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/notices");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (!await RightsNotices.ConfirmAsync(session, access.Caller, id, cancellationToken)) return NotFound();
        await session.CommitAsync(cancellationToken);
        return LocalRedirect("/notices?notice=confirmed");
    }
}
