using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Uploads;

/// <summary>Ends uploads in which nothing comes any more, and frees the bytes of those that have ended and of those that no row names.</summary>
public sealed class UploadSweeper(CatalogueSessions sessions, UploadParts parts, IOptions<PreservationOptions> options)
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan UnnamedAfter = TimeSpan.FromHours(24);
    private readonly UploadOptions _options = options.Value.Uploads;

    /// <summary>Sweeps; returns how many uploads expired.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var expired = await ExpireAsync(cancellationToken);
        foreach (var page in parts.All().Chunk(AtOnce)) await FreeAsync(page, cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var forget = session.Command("DELETE FROM upload WHERE state <> 'Open' AND ended_at < $1", session.Now - _options.KeepEnded);
        await forget.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return expired;
    }

    // An expired upload takes no more bytes, so that nobody needs to be waited for.
    private async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var expire = session.Command("UPDATE upload SET state = 'Expired', ended_at = $1 WHERE state = 'Open' AND expires_at <= $1", session.Now);
        var expired = await expire.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return expired;
    }

    private async Task FreeAsync((Guid Id, DateTimeOffset At)[] page, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var ids = page.Select(p => p.Id).ToArray();
        var states = await session.Rows.Uploads.Where(u => ids.Contains(u.Id)).Select(u => new { u.Id, u.State }).ToDictionaryAsync(u => u.Id, u => u.State, cancellationToken);
        foreach (var (id, at) in page)
        {
            var isOver = states.TryGetValue(id, out var state) ? state != UploadState.Open : at < session.Now - UnnamedAfter;
            if (!isOver) continue;
            using var part = parts.TryOpen(id); // who writes still is told at the next checkpoint, and sweeps it next time
            part?.Remove();
        }
    }
}
