using Preservation.Catalogue;

namespace Preservation.Workflow.Stores;

/// <summary>A store's own work, done by one process at a time, whichever has its keys.</summary>
public sealed class StoreChores(CatalogueSessions sessions)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    /// <summary>Does the work if it is due and nobody is at it. Its failure is kept beside it, and thrown on.</summary>
    /// <param name="store">The store.</param>
    /// <param name="chore">What.</param>
    /// <param name="every">Due when it ended longer ago than this.</param>
    /// <param name="work">The work; it can be done twice without harm.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<bool> RunAsync(string store, string chore, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!await ClaimAsync(store, chore, every, cancellationToken)) return false;
        string? problem = "interrupted";
        try
        {
            await work(cancellationToken);
            problem = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            problem = e.Message;
            throw;
        }
        finally
        {
            await EndAsync(store, chore, problem);
        }
        return true;
    }

    private async Task<bool> ClaimAsync(string store, string chore, TimeSpan every, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var claim = session.Command("""
            INSERT INTO store_chore AS c (store, chore, begun_at, lease_until) VALUES ($1, $2, $3, $4)
            ON CONFLICT (store, chore) DO UPDATE SET begun_at = excluded.begun_at, lease_until = excluded.lease_until
            WHERE (c.lease_until IS NULL OR c.lease_until < $3) AND (c.ended_at IS NULL OR c.ended_at <= $5)
            """, store, chore, session.Now, session.Now + Lease, session.Now - every);
        var claimed = await claim.ExecuteNonQueryAsync(cancellationToken) == 1;
        await session.CommitAsync(cancellationToken);
        return claimed;
    }

    private async Task EndAsync(string store, string chore, string? problem)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, CancellationToken.None);
        await using var end = session.Command("UPDATE store_chore SET ended_at = $3, lease_until = NULL, problem = $4 WHERE store = $1 AND chore = $2", store, chore, session.Now, problem);
        await end.ExecuteNonQueryAsync(CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }
}
