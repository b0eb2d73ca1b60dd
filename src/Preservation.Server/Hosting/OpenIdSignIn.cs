using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Preservation.Catalogue;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>
/// Sign-in at an OpenID provider (authorization code with PKCE). The provider proves who somebody is; whom that is here, an administrator has entered. Nobody gets an
/// account by coming.
/// </summary>
internal sealed partial class OpenIdSignIn(Callers callers, SessionRegister register, CatalogueSessions sessions, TimeProvider clock, IDataProtectionProvider protection, ILogger<OpenIdSignIn> logger) : OpenIdConnectEvents
{
    public const string SchemeName = "OpenId";
    public const string Path = "/sign-in/openid";
    private const string Purpose = "refused subject";

    public static void Add(AuthenticationBuilder builder, OpenIdOptions options, TimeProvider clock) => builder.AddOpenIdConnect(SchemeName, o =>
    {
        o.Authority = options.Authority;
        o.RequireHttpsMetadata = !IsLoopback(options.Authority);
        o.ClientId = options.ClientId;
        o.ClientSecret = options.ClientSecretFile.Length > 0 ? File.ReadAllText(options.ClientSecretFile).Trim() : options.ClientSecret;
        o.CallbackPath = Path + "/callback";
        o.SignInScheme = PageSessions.SchemeName;
        o.ResponseType = OpenIdConnectResponseType.Code;
        o.ResponseMode = OpenIdConnectResponseMode.Query; // a form posted by another site would come without our cookies
        o.UsePkce = true;
        o.Prompt = options.AskAgain ? OpenIdConnectPrompt.Login : null;
        o.Scope.Clear();
        o.Scope.Add(OpenIdConnectScope.OpenId); // who it is, and nothing about them
        o.MapInboundClaims = false;
        o.SaveTokens = false;
        o.BackchannelTimeout = TimeSpan.FromSeconds(15);
        foreach (var cookie in new[] { o.CorrelationCookie, o.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax; // sent when the provider leads back
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
        o.TokenValidationParameters.ClockSkew = options.ClockSkew;
        o.TokenValidationParameters.ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
        o.TokenValidationParameters.LifetimeValidator = (from, until, _, p) => until is { } end && end > clock.GetUtcNow().UtcDateTime - p.ClockSkew && (from is not { } begin || begin < clock.GetUtcNow().UtcDateTime + p.ClockSkew);
        o.EventsType = typeof(OpenIdSignIn);
    });

    public static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback;

    /// <summary>Leads to the provider; when it cannot be reached, back to where one can sign in otherwise.</summary>
    public static async Task<IResult> BeginAsync(HttpContext context, string? returnUrl, ILogger<OpenIdSignIn> logger)
    {
        try
        {
            await context.ChallengeAsync(SchemeName, new AuthenticationProperties { RedirectUri = "/signed-in?returnUrl=" + WebUtility.UrlEncode(returnUrl ?? "/") });
            return Results.Empty;
        }
        catch (InvalidOperationException e) when (e.InnerException is IOException or HttpRequestException or TaskCanceledException || e.Message.StartsWith("IDX20803", StringComparison.Ordinal))
        {
            LogAway(logger, e);
            return Results.LocalRedirect("/sign-in?notice=openIdAway");
        }
    }

    /// <summary>Issuer and subject of somebody who was refused, as only we can have written them.</summary>
    public static string? Refused(IDataProtectionProvider protection, string? text)
    {
        if (text is null) return null;
        try
        {
            return protection.CreateProtector(Purpose).ToTimeLimitedDataProtector().Unprotect(text);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null; // too old, or not ours
        }
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var (issuer, subject) = (context.SecurityToken.Issuer, context.SecurityToken.Subject);
        var cancellationToken = context.HttpContext.RequestAborted;
        if (context.SecurityToken.IssuedAt > clock.GetUtcNow().UtcDateTime + context.Options.TokenValidationParameters.ClockSkew)
        {
            context.Fail("the token was issued in the future");
            return;
        }
        if (await callers.FindSubjectAsync(issuer, subject, cancellationToken) is { } caller)
        {
            context.Principal = PageSessions.Principal(await register.BeginAsync(caller, cancellationToken));
            context.Properties = new AuthenticationProperties { RedirectUri = context.Properties?.RedirectUri };
            return;
        }
        await using (var session = await sessions.BeginAsync(CatalogueScope.Nothing, cancellationToken))
        {
            session.Audit(null, null, "openid.refuse", "subject", Callers.LookupOf(issuer, subject), new { issuer, subject });
            await session.CommitAsync(cancellationToken);
        }
        LogUnknown(logger);
        var who = protection.CreateProtector(Purpose).ToTimeLimitedDataProtector().Protect($"{issuer} {subject}", TimeSpan.FromMinutes(10));
        context.HandleResponse();
        context.Response.Redirect("/sign-in?refused=" + WebUtility.UrlEncode(who));
    }

    /// <summary>What comes back and does not fit: a state or nonce that is not ours, a token that does not hold, a refusal at the provider.</summary>
    public override Task RemoteFailure(RemoteFailureContext context)
    {
        LogFailed(logger, context.Failure?.Message);
        context.HandleResponse();
        context.Response.Redirect("/sign-in?notice=openIdFailed");
        return Task.CompletedTask;
    }

    [LoggerMessage(7111, LogLevel.Warning, "a subject signed in at the OpenID provider that was entered for nobody; the audit log says which")]
    private static partial void LogUnknown(ILogger logger);

    [LoggerMessage(7112, LogLevel.Warning, "a sign-in at the OpenID provider came to nothing: {Reason}")]
    private static partial void LogFailed(ILogger logger, string? reason);

    [LoggerMessage(7113, LogLevel.Error, "the OpenID provider cannot be asked")]
    private static partial void LogAway(ILogger logger, Exception e);
}
