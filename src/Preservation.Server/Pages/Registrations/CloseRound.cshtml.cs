using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>Closes a round; its minutes follow when everything in it has ended.</summary>
internal sealed class CloseRoundModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id, int number) => LocalRedirect($"/registrations/{id}/rounds/{number}");

    public async Task<IActionResult> OnPostAsync(Guid id, int number, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Workflow.Terms.Registrations.CloseRoundAsync(session, access.Caller, id, number, cancellationToken);
        if (outcome == RegistrationOutcome.NotFound) return NotFound();
        if (outcome != RegistrationOutcome.Done) return LocalRedirect($"/registrations/{id}/rounds/{number}?notice=registrationNotNow");
        await session.CommitAsync(cancellationToken);
        return LocalRedirect($"/registrations/{id}/rounds/{number}?notice=roundClosed");
    }
}
