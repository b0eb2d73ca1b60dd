using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Server.Api.Cases;
using Preservation.Workflow.Cases;

namespace Preservation.Server.Pages.Cases;

/// <summary>The case as a file that is checked without this service. Taking it is audited.</summary>
internal sealed class FileModel(CallerAccess access, CaseFile file) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await CaseReading.OfAsync(session, id, cancellationToken) is not { } view) return NotFound();
        return await CaseEndpoints.MakeAsync(session, access.Caller, id, view, file, cancellationToken) is { } made
            ? File(made, "application/zip", $"case-{id}.zip") : LocalRedirect($"/packages/{id}/case?notice=notYetCovered");
    }
}
