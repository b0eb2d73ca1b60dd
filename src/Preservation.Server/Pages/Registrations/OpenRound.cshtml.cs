using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>Opens the next round of an accepted registration.</summary>
internal sealed class OpenRoundModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/registrations/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, DateOnly? opensOn, DateOnly? closesOn, int? plannedPackages, CancellationToken cancellationToken)
    {
        if (opensOn is not { } first || closesOn is not { } last || last < first || plannedPackages is not >= 1) return LocalRedirect($"/registrations/{id}?notice=roundWrong");
        await using var session = await access.BeginAsync(cancellationToken);
        var (round, outcome) = await Workflow.Terms.Registrations.OpenRoundAsync(session, access.Caller, id, first, last, plannedPackages.Value, cancellationToken);
        if (outcome == RegistrationOutcome.NotFound) return NotFound();
        if (round is null) return LocalRedirect($"/registrations/{id}?notice=registrationNotNow");
        await session.CommitAsync(cancellationToken);
        return LocalRedirect($"/registrations/{id}/rounds/{round.Number}?notice=roundOpened");
    }
}
