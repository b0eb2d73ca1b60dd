using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Hosting;

namespace Preservation.Server.Pages;

/// <summary>Ends the session of this browser.</summary>
internal sealed class SignOutModel : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/");

    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync(PageSessions.SchemeName);
        return LocalRedirect("/sign-in?notice=signedOut");
    }
}
