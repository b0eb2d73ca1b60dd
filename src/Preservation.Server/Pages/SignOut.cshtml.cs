using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Hosting;
using Preservation.Workflow.Access;

namespace Preservation.Server.Pages;

/// <summary>Ends the session, here and at the server.</summary>
internal sealed class SignOutModel(SessionRegister register) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (PageSessions.Of(User) is { } session) await register.SignOutAsync(session, cancellationToken);
        await HttpContext.SignOutAsync(PageSessions.SchemeName);
        return LocalRedirect("/sign-in?notice=signedOut");
    }
}
