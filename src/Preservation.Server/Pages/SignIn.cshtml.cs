using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue;
using Preservation.Server.Hosting;
using Preservation.Workflow.Access;

namespace Preservation.Server.Pages;

/// <summary>Opens a session with an API key.</summary>
internal sealed class SignInModel(Callers callers, CatalogueSessions sessions) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    public bool Refused { get; private set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(string? key, CancellationToken cancellationToken)
    {
        key = key?.Trim();
        var caller = await callers.FindAsync(key, cancellationToken);
        if (caller is null || !ApiKey.TryParse(key, out var lookup, out _))
        {
            Refused = true;
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Page();
        }
        await using (var session = await sessions.BeginAsync(CatalogueScope.Nothing, cancellationToken))
        {
            session.Audit(caller.PrincipalId, caller.AgencyId, "session.begin", "principal", caller.PrincipalId.ToString(), new { lookup });
            await session.CommitAsync(cancellationToken);
        }
        await HttpContext.SignInAsync(PageSessions.SchemeName, PageSessions.Principal(caller, lookup));
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");
    }
}
