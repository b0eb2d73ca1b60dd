using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>The archive's answer to a registration; a refusal says why.</summary>
internal sealed class AnswerModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/registrations/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, bool accepts, string? reason, CancellationToken cancellationToken)
    {
        if ((!accepts && string.IsNullOrWhiteSpace(reason)) || reason is { Length: > 2_000 }) return LocalRedirect($"/registrations/{id}?notice=reasonMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Workflow.Terms.Registrations.AnswerAsync(session, access.Caller, id, accepts, reason, cancellationToken);
        if (outcome == RegistrationOutcome.NotFound) return NotFound();
        if (outcome != RegistrationOutcome.Done) return LocalRedirect($"/registrations/{id}?notice={(outcome == RegistrationOutcome.OwnRequest ? "ownRequest" : "notOpen")}");
        await session.CommitAsync(cancellationToken);
        return LocalRedirect($"/registrations/{id}?notice=answered");
    }
}
