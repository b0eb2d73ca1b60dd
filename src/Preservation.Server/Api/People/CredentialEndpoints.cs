using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.People;

/// <summary>What proves a principal: keys, subjects of an OpenID provider, client certificates.</summary>
internal static class CredentialEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/principals/{id:guid}/credentials", ListAsync).Produces<CredentialsView>().For(PrincipalEndpoints.Readers);
        routes.MapPost("/principals/{id:guid}/keys", CreateKeyAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/keys/{keyId:guid}/rotate", RotateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/keys/{keyId:guid}/revoke", RevokeAsync).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/identities", BindSubjectAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/certificates", BindCertificateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
    }

    private static async Task<IResult> ListAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (!await session.Rows.Principals.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        var items = await session.Rows.Credentials.AsNoTracking().Where(c => c.PrincipalId == id).OrderBy(c => c.Id).Take(Page<Credential>.MaxSize)
            .Select(c => new CredentialView(c.Id, c.Kind, c.Lookup, c.Issuer, c.Subject, c.CreatedAt, c.ExpiresAt, c.RevokedAt)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new CredentialsView(items));
    }

    private static Task<IResult> CreateKeyAsync(Guid id, KeyRequest request, CallerAccess access, Credentials credentials, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status201Created, session => credentials.CreateKeyAsync(session, access.Caller, id, request.ExpiresAt, cancellationToken), cancellationToken);

    private static Task<IResult> RotateAsync(Guid id, Guid keyId, RotationRequest request, CallerAccess access, Credentials credentials, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status201Created, session => credentials.RotateKeyAsync(session, access.Caller, id, keyId, request.OverlapHours, request.ExpiresAt, cancellationToken), cancellationToken);

    private static Task<IResult> RevokeAsync(Guid id, Guid keyId, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, "", StatusCodes.Status200OK, session => Credentials.RevokeAsync(session, access.Caller, id, keyId, cancellationToken), cancellationToken);

    private static Task<IResult> BindSubjectAsync(Guid id, SubjectRequest request, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status201Created, session => Credentials.BindSubjectAsync(session, access.Caller, id, request.Issuer, request.Subject, request.ExpiresAt, cancellationToken), cancellationToken);

    private static Task<IResult> BindCertificateAsync(Guid id, CertificateRequest request, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status201Created, session => Credentials.BindCertificateAsync(session, access.Caller, id, request.Certificate, cancellationToken), cancellationToken);

    private sealed record KeyRequest(DateTimeOffset? ExpiresAt = null);

    private sealed record RotationRequest(int? OverlapHours = null, DateTimeOffset? ExpiresAt = null);

    private sealed record SubjectRequest(string Issuer, string Subject, DateTimeOffset? ExpiresAt = null);

    private sealed record CertificateRequest(string Certificate);

    /// <summary>What proves a principal; nothing of what is secret in it.</summary>
    private sealed record CredentialView(Guid Id, CredentialKind Kind, string Lookup, string? Issuer, string? Subject, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

    private sealed record CredentialsView(IReadOnlyList<CredentialView> Items);
}
