using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// The ingest's work: rows of the catalogue, claimed with <c>FOR UPDATE SKIP LOCKED</c>, held by a lease, fenced by the attempt number.
/// Nothing durable is in memory: a worker that dies is followed by another when its lease ends.
/// </summary>
public sealed class SubmissionQueue(CatalogueSessions sessions, IOptions<PreservationOptions> options, TimeProvider clock)
{
    private readonly IngestOptions _options = options.Value.Ingest;
    private readonly string[] _written = [.. options.Value.Stores.Where(s => s.Access == StoreAccess.ReadWrite).Select(s => s.Name)];

    /// <summary>Takes the oldest submission that is due, or null when none is.</summary>
    public async Task<SubmissionClaim?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        await using var command = session.Command("""
            UPDATE submission SET state = CASE state WHEN 'Received' THEN 'Checking' ELSE state END, attempt = attempt + 1, lease_until = $2, waits_for = NULL
            WHERE id = (SELECT id FROM submission
                        WHERE state IN ('Received', 'Checking', 'Archiving')
                          AND (lease_until IS NULL OR lease_until < $1) AND (not_before IS NULL OR not_before <= $1) AND (waits_for IS NULL OR waits_for && $3)
                        ORDER BY received_at FOR UPDATE SKIP LOCKED LIMIT 1)
            RETURNING id, attempt, state
            """, now, now + _options.Lease, _written);
        SubmissionClaim? claim = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            if (await reader.ReadAsync(cancellationToken))
                claim = new SubmissionClaim(reader.GetGuid(0), reader.GetInt32(1), Enum.Parse<SubmissionState>(reader.GetString(2)));
        await session.CommitAsync(cancellationToken);
        return claim;
    }

    /// <summary>Keeps the claim alive until disposed; the returned token is cancelled when the claim is lost.</summary>
    public Lease KeepAlive(SubmissionClaim claim, CancellationToken cancellationToken) => new(this, claim, clock, _options.Lease / 3, cancellationToken);

    /// <summary>Opens a session on the claimed row, locked; commits of it happen only while the claim holds.</summary>
    /// <exception cref="LeaseLostException">Another worker has it.</exception>
    public async Task<(CatalogueSession Session, Submission Submission)> OpenAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        try
        {
            await using (var hold = session.Command("SELECT attempt FROM submission WHERE id = $1 FOR UPDATE", claim.Id))
                if (await hold.ExecuteScalarAsync(cancellationToken) is not int attempt || attempt != claim.Attempt) throw new LeaseLostException(claim.Id);
            return (session, await session.Rows.Submissions.SingleAsync(s => s.Id == claim.Id, cancellationToken));
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the submission back after a failure of the surroundings: it is tried again after a growing pause.</summary>
    public async Task RetryLaterAsync(SubmissionClaim claim, string problem, CancellationToken cancellationToken)
    {
        var (session, submission) = await OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var pause = _options.RetryAfter * Math.Pow(2, Math.Min(submission.Failures, 20));
            submission.Failures++;
            submission.LastProblem = problem;
            submission.LeaseUntil = null;
            submission.NotBefore = session.Now + (pause < _options.RetryAtMost ? pause : _options.RetryAtMost);
            if (submission.Failures == _options.TaskAfterFailures)
                session.Rows.Tasks.Add(new PreservationTask
                {
                    Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.IngestTrouble, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = submission.AgencyId,
                    SubmissionId = submission.Id, Subject = $"{submission.Failures} attempts failed: {problem}", CreatedAt = session.Now,
                });
            await session.CommitAsync(cancellationToken);
        }
    }

    /// <summary>Gives the submission back because others are at work on its package: it waits its turn, and nobody is called.</summary>
    /// <param name="claim">What is given back.</param>
    /// <param name="reason">Why.</param>
    /// <param name="stores">Only a process that writes to one of these goes on; null for any.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task WaitAsync(SubmissionClaim claim, string reason, IEnumerable<string>? stores, CancellationToken cancellationToken)
    {
        var (session, submission) = await OpenAsync(claim, cancellationToken);
        await using (session)
        {
            submission.LastProblem = reason;
            submission.LeaseUntil = null;
            submission.WaitsFor = stores?.ToArray();
            submission.NotBefore = stores is null ? session.Now + _options.RetryAfter : session.Now;
            await session.CommitAsync(cancellationToken);
        }
    }

    private async Task<bool> RenewAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var command = session.Command("UPDATE submission SET lease_until = $3 WHERE id = $1 AND attempt = $2", claim.Id, claim.Attempt, session.Now + _options.Lease);
        var renewed = await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        await session.CommitAsync(cancellationToken);
        return renewed;
    }

    /// <summary>Renews a claim in the background.</summary>
    public sealed class Lease : IAsyncDisposable
    {
        private readonly CancellationTokenSource _held;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _renewal;

        internal Lease(SubmissionQueue queue, SubmissionClaim claim, TimeProvider clock, TimeSpan every, CancellationToken cancellationToken)
        {
            _held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _renewal = RenewAsync(queue, claim, clock, every);
        }

        /// <summary>Cancelled when the claim is lost or the process stops.</summary>
        public CancellationToken Held => _held.Token;

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _renewal;
            _held.Dispose();
            _stop.Dispose();
        }

        private async Task RenewAsync(SubmissionQueue queue, SubmissionClaim claim, TimeProvider clock, TimeSpan every)
        {
            using var timer = new PeriodicTimer(every, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                    if (!await queue.RenewAsync(claim, _stop.Token)) break;
                await _held.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                // Disposed: the work is done.
            }
            catch (System.Data.Common.DbException)
            {
                await _held.CancelAsync(); // without the database nothing of the work could be recorded
            }
        }
    }
}
