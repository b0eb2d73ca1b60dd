using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary>A client certificate for the API: one that an anchor issued, that holds now, and whose key was entered for somebody.</summary>
internal sealed class CertificateAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers, ClientCertificates certificates)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Certificate";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate) return AuthenticateResult.NoResult();
        if (!certificates.Holds(certificate)) return AuthenticateResult.Fail("no anchor issued it, or it does not hold now");
        var caller = await callers.FindCertificateAsync(certificate.PublicKey.ExportSubjectPublicKeyInfo(), Context.RequestAborted);
        if (caller is null) return AuthenticateResult.Fail("it was entered for nobody");
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(CallerClaims.Principal(caller, Scheme.Name), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Api.Problems.Of(StatusCodes.Status401Unauthorized, "unauthenticated", "A valid key or certificate is needed.").ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Api.Problems.Of(StatusCodes.Status403Forbidden, "forbidden", "Your grants do not allow this.").ExecuteAsync(Context);
}
