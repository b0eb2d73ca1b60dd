using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Submissions;

/// <summary>Approval by a person.</summary>
internal sealed class ApproveModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/submissions/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Decisions.ApproveAsync(session, access.Caller, id, cancellationToken);
        if (outcome is DecisionOutcome.Done or DecisionOutcome.FirstOfTwo) await session.CommitAsync(cancellationToken);
        return Answer(this, id, outcome, "approved");
    }

    internal static IActionResult Answer(PageModel page, Guid id, DecisionOutcome outcome, string done) => outcome switch
    {
        DecisionOutcome.NotFound => page.NotFound(),
        DecisionOutcome.Done => page.LocalRedirect($"/submissions/{id}?notice={done}"),
        DecisionOutcome.FirstOfTwo => page.LocalRedirect($"/submissions/{id}?notice=firstApproval"),
        DecisionOutcome.SamePerson => page.LocalRedirect($"/submissions/{id}?notice=samePerson"),
        DecisionOutcome.NotAPerson => page.LocalRedirect($"/submissions/{id}?notice=notAPerson"),
        DecisionOutcome.NoSuchFinding => page.BadRequest(),
        DecisionOutcome.OwnSubmission => page.LocalRedirect($"/submissions/{id}?notice=ownSubmission"),
        _ => page.LocalRedirect($"/submissions/{id}?notice=notWaiting"),
    };
}
