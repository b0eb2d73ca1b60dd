using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Preservation.Server.Hosting;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;

namespace Preservation.Server.Pages;

/// <summary>Opens a session with an API key, or leads to the OpenID provider.</summary>
internal sealed class SignInModel(KeyProofs proofs, SessionRegister register, IDataProtectionProvider protection, IOptions<PreservationOptions> options) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    /// <summary>The text of the refusal; null when there was none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whom the provider proved and nobody here knows.</summary>
    public string? Unknown { get; private set; }

    /// <summary>What the provider is called; null when there is none.</summary>
    public string? Provider => options.Value.People.OpenId is { Authority.Length: > 0 } openId ? openId.Name : null;

    public int IdleMinutes => (int)options.Value.People.IdleAfter.TotalMinutes;

    public IActionResult OnGet(string? refused)
    {
        Unknown = OpenIdSignIn.Refused(protection, refused);
        if (Unknown is not null) Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? key, CancellationToken cancellationToken)
    {
        var outcome = await proofs.ProveAsync(key?.Trim(), HttpContext.Connection.RemoteIpAddress, cancellationToken);
        if (outcome is ProofOutcome.Later { After: var after })
        {
            Refusal = "signIn.later";
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Page();
        }
        if (outcome is not ProofOutcome.Proven { Caller: var caller })
        {
            Refusal = "signIn.refused";
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Page();
        }
        await HttpContext.SignInAsync(PageSessions.SchemeName, PageSessions.Principal(await register.BeginAsync(caller, cancellationToken)));
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");
    }
}
