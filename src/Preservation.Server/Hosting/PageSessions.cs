using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary>
/// Sessions of the pages. The cookie names a session at the server and nothing else: whether it goes on, and what its person may do, is read from the catalogue for every
/// request.
/// </summary>
internal sealed class PageSessions(SessionRegister register) : CookieAuthenticationEvents
{
    public const string SchemeName = "Session";
    private const string SessionClaim = "session";

    public static ClaimsPrincipal Principal(Guid session) => new(new ClaimsIdentity([new Claim(SessionClaim, session.ToString())], SchemeName));

    /// <summary>The session that a request's cookie names.</summary>
    public static Guid? Of(ClaimsPrincipal? principal) => Guid.TryParse(principal?.FindFirstValue(SessionClaim), out var session) ? session : null;

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var caller = Of(context.Principal) is { } session ? await register.ResumeAsync(session, context.HttpContext.RequestAborted) : null;
        if (caller is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SchemeName);
            return;
        }
        context.HttpContext.Features.Set(caller);
    }

    /// <summary>A form that was sent too late cannot be repeated by a link: only pages are returned to.</summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.Redirect(HttpMethods.IsGet(context.Request.Method) ? context.RedirectUri : "/sign-in");
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
