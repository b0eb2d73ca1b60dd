using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>The agency takes back a registration that was not answered yet.</summary>
internal sealed class WithdrawModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/registrations/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2_000) return LocalRedirect($"/registrations/{id}?notice=withdrawReasonMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Workflow.Terms.Registrations.WithdrawAsync(session, access.Caller, id, reason, cancellationToken);
        if (outcome == RegistrationOutcome.NotFound) return NotFound();
        if (outcome != RegistrationOutcome.Done) return LocalRedirect($"/registrations/{id}?notice=registrationNotNow");
        await session.CommitAsync(cancellationToken);
        return LocalRedirect($"/registrations/{id}?notice=withdrawn");
    }
}
