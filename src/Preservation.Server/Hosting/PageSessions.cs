using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary>
/// Sessions of the pages. The cookie says who signed in with which key and nothing else: whether that key still holds, and what it allows, is
/// read from the catalogue for every request.
/// </summary>
internal sealed class PageSessions(Callers callers) : CookieAuthenticationEvents
{
    public const string SchemeName = "Session";
    private const string LookupClaim = "lookup";

    /// <summary>How long a session may rest.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);

    public static ClaimsPrincipal Principal(Caller caller, string lookup) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, caller.PrincipalId.ToString()), new Claim(LookupClaim, lookup)], SchemeName));

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var lookup = context.Principal?.FindFirstValue(LookupClaim);
        var caller = lookup is not null && Guid.TryParse(context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var principalId)
            ? await callers.ResumeAsync(principalId, lookup, context.HttpContext.RequestAborted) : null;
        if (caller is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SchemeName);
            return;
        }
        context.HttpContext.Features.Set(caller);
    }

    /// <summary>Every request begins the idle time anew, not only those in its second half.</summary>
    public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew = true;
        return Task.CompletedTask;
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
