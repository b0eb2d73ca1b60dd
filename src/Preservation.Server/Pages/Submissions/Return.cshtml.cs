using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Submissions;

/// <summary>Return with a reason.</summary>
internal sealed class ReturnModel(CallerAccess access, Decisions decisions) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/submissions/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 4000) return LocalRedirect($"/submissions/{id}?notice=reasonMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await decisions.ReturnAsync(session, access.Caller, id, reason, cancellationToken);
        if (outcome == DecisionOutcome.Done) await session.CommitAsync(cancellationToken);
        return ApproveModel.Answer(this, id, outcome, "returned");
    }
}
