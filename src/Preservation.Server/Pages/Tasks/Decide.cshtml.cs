using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Tasks;

namespace Preservation.Server.Pages.Tasks;

/// <summary>A person's decision on a task; approval is decided on the submission itself.</summary>
internal sealed class DecideModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/tasks/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, string? decision, int? seen, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || string.IsNullOrWhiteSpace(decision) || decision.Length > TaskDesk.MostCharacters) return LocalRedirect($"/tasks/{id}?notice=decisionMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        switch (await TaskDesk.DecideAsync(session, access.Caller, id, decision, seen, cancellationToken))
        {
            case TaskOutcome.Done:
                await session.CommitAsync(cancellationToken);
                return LocalRedirect($"/tasks/{id}?notice=decided");
            case TaskOutcome.NotFound:
                return NotFound();
            case TaskOutcome.HeldByAnother or TaskOutcome.Changed:
                return LocalRedirect($"/tasks/{id}?notice=taskChanged");
            default:
                return LocalRedirect($"/tasks/{id}?notice=notOpen");
        }
    }
}
