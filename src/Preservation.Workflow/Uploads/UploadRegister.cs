using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Uploads;

/// <summary>The rows of uploads. Each belongs to its agency's room and to whoever began it.</summary>
public sealed class UploadRegister(CatalogueSessions sessions, UploadParts parts, IOptions<PreservationOptions> options)
{
    private readonly UploadOptions _options = options.Value.Uploads;

    /// <summary>When an upload expires in which something came now.</summary>
    public DateTimeOffset ExpiryOf(DateTimeOffset createdAt, DateTimeOffset now)
    {
        var (quiet, longest) = (now + _options.ExpireAfter, createdAt + _options.LongestLife);
        return quiet < longest ? quiet : longest;
    }

    /// <summary>Adds a row to the session, unless the agency has too many or too much under way; the caller commits.</summary>
    /// <param name="session">In the scope of the agency.</param>
    /// <param name="agency">Whose it is.</param>
    /// <param name="principal">Who begins it.</param>
    /// <param name="length">Bytes announced.</param>
    /// <param name="metadata">As sent.</param>
    /// <param name="fileName">Cleaned.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<OpeningOutcome> OpenAsync(CatalogueSession session, Guid agency, Guid principal, long length, string metadata, string fileName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        // Two requests at once must not pass the quota together.
        await using (var one = session.Command("SELECT pg_advisory_xact_lock(hashtextextended('upload ' || $1::text, 0))", agency)) await one.ExecuteNonQueryAsync(cancellationToken);
        var now = session.Now;
        var open = await session.Rows.Uploads.Where(u => u.AgencyId == agency && u.State == UploadState.Open && u.ExpiresAt > now)
            .GroupBy(_ => 1).Select(g => new { Count = g.Count(), Bytes = g.Sum(u => (decimal)u.Length) }).SingleOrDefaultAsync(cancellationToken);
        if (open?.Count >= _options.MaxOpenPerAgency) return new OpeningOutcome.TooMany(_options.MaxOpenPerAgency);
        if ((open?.Bytes ?? 0) + length > _options.MaxBytesPerAgency) return new OpeningOutcome.TooMuch(_options.MaxBytesPerAgency);
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(now), AgencyId = agency, CreatedBy = principal, State = UploadState.Open, FileName = fileName, Metadata = metadata, Length = length, Received = 0, CreatedAt = now,
            ExpiresAt = ExpiryOf(now, now),
        };
        session.Rows.Uploads.Add(upload);
        return new OpeningOutcome.Opened(upload);
    }

    /// <summary>
    /// The upload as it stands now, or null when the caller has none of this id. One that has expired says so whether or not the sweeper was there; one whose bytes staging
    /// does not have any more is lost from here on.
    /// </summary>
    public async Task<Upload?> FindAsync(CatalogueScope scope, Guid principal, Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(scope, cancellationToken);
        var upload = await session.Rows.Uploads.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && u.CreatedBy == principal, cancellationToken);
        if (upload is not { State: UploadState.Open }) return upload;
        if (upload.ExpiresAt <= session.Now) upload.State = UploadState.Expired;
        else if (parts.BytesOf(id) < upload.Received && await EndAsync(session, id, UploadState.Lost, cancellationToken)) upload.State = UploadState.Lost;
        return upload;
    }

    /// <summary>Records that bytes are safe; false when the row is not as the writer knew it.</summary>
    /// <param name="scope">The writer's.</param>
    /// <param name="upload">As it was; changed to what is recorded.</param>
    /// <param name="received">Bytes that are forced to the medium.</param>
    /// <param name="sha256">Of all bytes, when they are complete and it is known.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<bool> AdvanceAsync(CatalogueScope scope, Upload upload, long received, byte[]? sha256, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upload);
        await using var session = await sessions.BeginAsync(scope, cancellationToken);
        var expires = ExpiryOf(upload.CreatedAt, session.Now);
        await using var update = session.Command("UPDATE upload SET received = $3, sha256 = coalesce($4, sha256), expires_at = $5 WHERE id = $1 AND received = $2 AND state = 'Open'",
            upload.Id, upload.Received, received, sha256, expires);
        update.Parameters[3].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea;
        if (await update.ExecuteNonQueryAsync(cancellationToken) != 1) return false;
        await session.CommitAsync(cancellationToken);
        (upload.Received, upload.Sha256, upload.ExpiresAt) = (received, sha256 ?? upload.Sha256, expires);
        return true;
    }

    /// <summary>Ends an upload that is open; false when it is not.</summary>
    public async Task<bool> EndAsync(CatalogueScope scope, Guid id, UploadState state, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(scope, cancellationToken);
        return await EndAsync(session, id, state, cancellationToken);
    }

    /// <summary>Within the transaction that makes a submission of an upload: false when it is not open any more.</summary>
    public static async Task<bool> TakeAsync(CatalogueSession session, Guid id, Guid submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var update = session.Command("UPDATE upload SET state = 'Taken', submission_id = $2, ended_at = $3 WHERE id = $1 AND state = 'Open'", id, submission, session.Now);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<bool> EndAsync(CatalogueSession session, Guid id, UploadState state, CancellationToken cancellationToken)
    {
        await using var update = session.Command("UPDATE upload SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'Open'", id, state.ToString(), session.Now);
        if (await update.ExecuteNonQueryAsync(cancellationToken) != 1) return false;
        await session.CommitAsync(cancellationToken);
        return true;
    }
}
