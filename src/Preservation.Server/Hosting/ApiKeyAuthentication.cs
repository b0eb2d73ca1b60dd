using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary><c>Authorization: Bearer pk_…</c> for the API. The caller found is kept with the request.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyProofs proofs)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ";
    private TimeSpan? _later;

    public static bool IsUsed(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsed(Request)) return AuthenticateResult.NoResult();
        var outcome = await proofs.ProveAsync(Request.Headers.Authorization.ToString()[Bearer.Length..].Trim(), Context.Connection.RemoteIpAddress, Context.RequestAborted);
        _later = (outcome as ProofOutcome.Later)?.After;
        if (outcome is not ProofOutcome.Proven { Caller: var caller }) return AuthenticateResult.Fail("unknown or expired key");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(CallerClaims.Principal(caller, Scheme.Name), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_later is { } later)
        {
            Response.Headers.RetryAfter = Math.Ceiling(later.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Api.Problems.Of(StatusCodes.Status429TooManyRequests, "tooManyAttempts", "Too many wrong keys came from here, or for this key; try again later.").ExecuteAsync(Context);
            return;
        }
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
