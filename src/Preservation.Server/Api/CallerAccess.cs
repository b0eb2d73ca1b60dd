using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api;

/// <summary>
/// The caller of this request and what they may see here: sessions are opened with the scope of the roles the endpoint serves.
/// </summary>
internal sealed class CallerAccess(IHttpContextAccessor accessor, CatalogueSessions sessions)
{
    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("not within a request");

    public Caller Caller => Context.Features.Get<Caller>() ?? throw new InvalidOperationException("the request has no caller");

    /// <summary>The scope of the endpoint's roles for this caller.</summary>
    public CatalogueScope Scope =>
        Caller.ScopeOf([.. Context.GetEndpoint()!.Metadata.GetRequiredMetadata<AllowedRoles>().Roles]);

    public Task<CatalogueSession> BeginAsync(CancellationToken cancellationToken) => sessions.BeginAsync(Scope, cancellationToken);

    /// <summary>The same for an operation that fewer roles than the endpoint's may carry out; null when the caller has none of them.</summary>
    /// <param name="roles">Some of the endpoint's roles.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<CatalogueSession?> TryBeginAsync(IReadOnlyList<Role> roles, CancellationToken cancellationToken)
    {
        var scope = Caller.ScopeOf([.. roles]);
        return scope.IsEmpty ? null : await sessions.BeginAsync(scope, cancellationToken);
    }

    /// <summary>The answer already given to this key, or null when the request is new. The digest is what makes two requests the same.</summary>
    public async Task<IResult?> ReplayAsync(byte[] requestDigest, CancellationToken cancellationToken)
    {
        var key = Key();
        if (key is null) return Problems.Of(StatusCodes.Status400BadRequest, "idempotencyKeyMissing", "Every write needs an Idempotency-Key header (1 to 255 characters).");
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var stored = await session.Rows.IdempotencyKeys.AsNoTracking()
            .SingleOrDefaultAsync(k => k.PrincipalId == Caller.PrincipalId && k.Key == key, cancellationToken);
        if (stored is null) return null;
        if (!stored.RequestDigest.AsSpan().SequenceEqual(requestDigest))
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "idempotencyKeyReused", "This Idempotency-Key was used for a different request.");
        return new StoredAnswer(stored.Status!.Value, stored.Location, stored.Body);
    }

    /// <summary>Commits the work together with the answer, so that a repeated request gets the same answer and no second effect. What is secret goes into <paramref name="told"/>: it is not kept, and only the request that committed is told it.</summary>
    public async Task<IResult> CommitAsync(
        CatalogueSession session, byte[] requestDigest, int status, string? location, object body, CancellationToken cancellationToken, object? told = null)
    {
        var json = JsonSerializer.Serialize(body, AuditJson.Options);
        session.Rows.IdempotencyKeys.Add(new IdempotencyKey
        {
            PrincipalId = Caller.PrincipalId, Key = Key()!, RequestDigest = requestDigest, Status = status, Location = location,
            Body = json, CreatedAt = session.Now,
        });
        try
        {
            await session.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "idempotency_key" })
        {
            await session.DisposeAsync(); // the other request with this key has committed: its answer is ours
            return await ReplayAsync(requestDigest, cancellationToken) ?? Problems.Conflict("tryAgain", "The same request is being carried out.");
        }
        return new StoredAnswer(status, location, told is null ? json : JsonSerializer.Serialize(told, AuditJson.Options));
    }

    /// <summary>What makes a request with a small body the same: method, path and body.</summary>
    public byte[] DigestOf(object body) => DigestOf(JsonSerializer.Serialize(body, AuditJson.Options));

    public byte[] DigestOf(string body) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Context.Request.Method}\n{Context.Request.Path}\n{body}"));

    private string? Key() => Context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= 255 } key ? key : null;

    private sealed class StoredAnswer(int status, string? location, string? body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            if (location is not null) httpContext.Response.Headers.Location = location;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            await httpContext.Response.WriteAsync(body ?? "{}", httpContext.RequestAborted);
        }
    }
}
