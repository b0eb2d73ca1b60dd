using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Registrations;

/// <summary>Approves what waits in a round, as the visitor has seen it.</summary>
internal sealed class ApproveRoundModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id, int number) => LocalRedirect($"/registrations/{id}/rounds/{number}");

    public async Task<IActionResult> OnPostAsync(Guid id, int number, string? seen, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var approval = await RoundDecisions.ApproveAsync(session, access.Caller, id, number, seen ?? "", cancellationToken);
        if (approval.Refusal == RoundRefusal.NotFound) return NotFound();
        if (approval.Refusal is null) await session.CommitAsync(cancellationToken);
        var round = $"/registrations/{id}/rounds/{number}";
        return approval.Refusal switch
        {
            null => LocalRedirect($"{round}?notice=roundApproved"),
            RoundRefusal.Changed => LocalRedirect($"{round}?notice=roundChanged"),
            RoundRefusal.NoneAllowed => LocalRedirect($"{round}?notice=noneAllowed"),
            _ => LocalRedirect($"{round}?notice=nothingWaits"),
        };
    }
}
