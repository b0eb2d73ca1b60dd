using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Stores;

/// <summary>Looks whether the stores of this process are there, and keeps it in the catalogue for all: a medium that is away by design is neither missing nor failed.</summary>
public sealed class StorePresence(CatalogueSessions sessions, StoreSet stores)
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(30);

    /// <summary>Looks at every store this process writes to.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = await Task.WhenAll(stores.Written.Select(async name => (Name: name, Problem: await ProblemAsync(name, cancellationToken))));
        var connected = await stores.ConnectedAsync(cancellationToken);
        foreach (var (name, problem) in seen) await RecordAsync(name, connected.Contains(name), problem, cancellationToken);
    }

    private async Task<string?> ProblemAsync(string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswersWithin);
        try
        {
            if (stores.OptionsOf(name).Offline) return null;
            await stores.Stores[name].HeadAsync(StoreSet.MarkKey, limit.Token);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return e.Message;
        }
    }

    private async Task RecordAsync(string name, bool isConnected, string? problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var store = await session.Rows.Stores.SingleAsync(s => s.Name == name, cancellationToken);
        if (store.Offline && store.Present != isConnected) session.Audit(null, null, isConnected ? "store.connected" : "store.disconnected", "store", name, new { });
        store.Present = isConnected;
        store.LastProblem = problem;
        if (isConnected && problem is null) store.LastSeenAt = session.Now;
        await session.CommitAsync(cancellationToken);
    }
}
