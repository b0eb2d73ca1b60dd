using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary><c>Authorization: Bearer pk_…</c> for the API. The caller found is kept with the request.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string bearer = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var caller = await callers.FindAsync(header[bearer.Length..].Trim(), Context.RequestAborted);
        if (caller is null) return AuthenticateResult.Fail("unknown or expired key");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(CallerClaims.Principal(caller, Scheme.Name), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        await Api.Problems.Of(StatusCodes.Status401Unauthorized, "unauthenticated", "A valid key is needed.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Api.Problems.Of(StatusCodes.Status403Forbidden, "forbidden", "Your grants do not allow this.").ExecuteAsync(Context);
}

/// <summary>The claims a caller carries through ASP.NET Core; grants are read anew for every request.</summary>
internal static class CallerClaims
{
    public static ClaimsPrincipal Principal(Caller caller, string scheme) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, caller.PrincipalId.ToString()), new Claim(ClaimTypes.Name, caller.Name)], scheme));
}
