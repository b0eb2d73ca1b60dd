using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow.Access;
using Preservation.Workflow.Mail;

namespace Preservation.Server.Pages.Account;

/// <summary>Saves where the visitor wants mail.</summary>
internal sealed class MailModel(CallerAccess access, CatalogueSessions sessions) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/account");

    public async Task<IActionResult> OnPostAsync(string? address, string? language, MailFrequency frequency, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid) return LocalRedirect("/account?notice=mailInvalid");
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var me = access.Caller.PrincipalId;
        if (await MailChoices.SetAsync(session, me, me, address?.Trim(), language, frequency, cancellationToken) is not RightsOutcome.Done) return LocalRedirect("/account?notice=mailInvalid");
        await session.CommitAsync(cancellationToken);
        return LocalRedirect("/account?notice=mailSaved");
    }
}
