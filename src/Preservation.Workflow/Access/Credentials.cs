using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Access;

/// <summary>Gives, changes and revokes what proves a principal. Each step adds to a session that sees everything; its caller commits.</summary>
public sealed class Credentials(IOptions<PreservationOptions> options)
{
    private readonly PeopleOptions _terms = options.Value.People;

    /// <summary>Makes a key, which ends at the latest when keys must.</summary>
    public async Task<RightsOutcome> CreateKeyAsync(CatalogueSession session, Caller caller, Guid principalId, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var now = session.Now;
        if (EndOfKey(expiresAt, now) is not { } end) return new RightsOutcome.Invalid("expiresAt", $"in the future, and at most {_terms.KeyDays} days from now");
        var (text, lookup, hash) = ApiKey.Create();
        var credential = new Credential { Id = Guid.CreateVersion7(now), PrincipalId = principalId, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = now, ExpiresAt = end };
        return await AddAsync(session, caller, credential, cancellationToken) is RightsOutcome.Done done ? done with { Key = text } : new RightsOutcome.NotFound();
    }

    /// <summary>Makes a key that takes another one's place; the old one goes on for a while, so that nobody is locked out meanwhile.</summary>
    public async Task<RightsOutcome> RotateKeyAsync(CatalogueSession session, Caller caller, Guid principalId, Guid keyId, int? overlapHours, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var overlap = overlapHours ?? _terms.RotationOverlapHours;
        if (overlap is < 0 or > 8_760) return new RightsOutcome.Invalid("overlapHours", "0 to 8,760");
        var now = session.Now;
        var old = await FindAsync(session, principalId, keyId, cancellationToken);
        if (old is not { Kind: CredentialKind.ApiKey }) return new RightsOutcome.NotFound();
        if (old.RevokedAt is not null || old.ExpiresAt <= now) return new RightsOutcome.Refused(RightsRefusal.EndedAlready);
        var end = now.AddHours(overlap);
        if (old.ExpiresAt is null || old.ExpiresAt > end) old.ExpiresAt = end;
        return await CreateKeyAsync(session, caller, principalId, expiresAt, cancellationToken);
    }

    /// <summary>Enters whom a subject of an OpenID provider is.</summary>
    public static async Task<RightsOutcome> BindSubjectAsync(CatalogueSession session, Caller caller, Guid principalId, string? issuer, string? subject, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || issuer.Length > 2_000) return new RightsOutcome.Invalid("issuer", "the provider's address as it calls itself");
        if (string.IsNullOrWhiteSpace(subject) || subject.Length > 255) return new RightsOutcome.Invalid("subject", "1 to 255 characters, as the provider gives it");
        if (expiresAt <= session.Now) return new RightsOutcome.Invalid("expiresAt", "in the future");
        return await AddAsync(session, caller, new Credential
        {
            Id = Guid.CreateVersion7(session.Now), PrincipalId = principalId, Kind = CredentialKind.OpenId, Lookup = Callers.LookupOf(issuer, subject), Issuer = issuer, Subject = subject, CreatedAt = session.Now,
            ExpiresAt = expiresAt?.ToUniversalTime(),
        }, cancellationToken);
    }

    /// <summary>Enters whom the key of a client certificate is; it holds as long as the certificate, and for one that takes its place over the same key if that is entered.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="caller">Who enters it.</param>
    /// <param name="principalId">Whom it proves.</param>
    /// <param name="pem">The certificate.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<RightsOutcome> BindCertificateAsync(CatalogueSession session, Caller caller, Guid principalId, string? pem, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (TryRead(pem) is not { } certificate) return new RightsOutcome.Invalid("certificate", "one certificate as PEM");
        using var _ = certificate;
        var end = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
        if (end <= session.Now) return new RightsOutcome.Invalid("certificate", "it has expired");
        if (certificate.Subject.Length is 0 or > 2_000 || certificate.Issuer.Length is 0 or > 2_000) return new RightsOutcome.Invalid("certificate", "its names are empty or too long");
        return await AddAsync(session, caller, new Credential
        {
            Id = Guid.CreateVersion7(session.Now), PrincipalId = principalId, Kind = CredentialKind.Certificate, Lookup = Callers.LookupOf(certificate.PublicKey.ExportSubjectPublicKeyInfo()), Issuer = certificate.Issuer,
            Subject = certificate.Subject, CreatedAt = session.Now, ExpiresAt = end,
        }, cancellationToken);
    }

    /// <summary>It proves nobody from now on, and the sessions it opened end.</summary>
    public static async Task<RightsOutcome> RevokeAsync(CatalogueSession session, Caller caller, Guid principalId, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        var credential = await FindAsync(session, principalId, id, cancellationToken);
        if (credential is null) return new RightsOutcome.NotFound();
        if (credential.RevokedAt is not null) return new RightsOutcome.Done(id);
        credential.RevokedAt = session.Now;
        session.Audit(caller.PrincipalId, null, "credential.revoke", "principal", principalId.ToString(), new { credential = id });
        await session.FlushAsync(cancellationToken);
        await SessionRegister.EndAsync(session, SessionEnd.Revoked, "credential_id = $3", [id], cancellationToken);
        await RightsNotices.RaiseAsync(session, principalId, RightsChange.CredentialRevoked, caller.PrincipalId, cancellationToken, credential: id);
        return new RightsOutcome.Done(id);
    }

    private static async Task<RightsOutcome> AddAsync(CatalogueSession session, Caller caller, Credential credential, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await People.HoldAsync(session, credential.PrincipalId, cancellationToken) is null) return new RightsOutcome.NotFound();
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 4246))", credential.Lookup)) await hold.ExecuteNonQueryAsync(cancellationToken);
        if (await session.Rows.Credentials.AnyAsync(c => c.Lookup == credential.Lookup && c.RevokedAt == null, cancellationToken)) return new RightsOutcome.Refused(RightsRefusal.TakenAlready);
        session.Rows.Credentials.Add(credential);
        session.Audit(caller.PrincipalId, null, "credential.create", "principal", credential.PrincipalId.ToString(), new { credential.Id, credential.Kind, credential.Issuer, credential.Subject, credential.ExpiresAt });
        await session.FlushAsync(cancellationToken);
        await RightsNotices.RaiseAsync(session, credential.PrincipalId, RightsChange.CredentialGiven, caller.PrincipalId, cancellationToken, credential: credential.Id);
        return new RightsOutcome.Done(credential.Id);
    }

    private static async Task<Credential?> FindAsync(CatalogueSession session, Guid principalId, Guid id, CancellationToken cancellationToken)
    {
        await People.HoldAsync(session, principalId, cancellationToken);
        return await session.Rows.Credentials.SingleOrDefaultAsync(c => c.Id == id && c.PrincipalId == principalId, cancellationToken);
    }

    private DateTimeOffset? EndOfKey(DateTimeOffset? asked, DateTimeOffset now)
    {
        var latest = now.AddDays(_terms.KeyDays);
        if (asked is not { } end) return latest;
        return end > now && end <= latest ? end.ToUniversalTime() : null;
    }

    private static X509Certificate2? TryRead(string? pem)
    {
        if (pem is null || pem.Length > 100_000 || pem.Contains("PRIVATE KEY", StringComparison.Ordinal)) return null;
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null; // whatever it is, it is no certificate
        }
    }
}
