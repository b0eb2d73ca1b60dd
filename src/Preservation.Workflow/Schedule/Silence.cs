using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Schedule;

/// <summary>
/// Who is silent for longer than he should be. Workers tell of timers and timers of workers, and the pages and <c>/health/ready</c> of both: whoever stops cannot
/// say so himself.
/// </summary>
public static class Silence
{
    /// <summary>The worker that reads copies.</summary>
    public const string Fixity = "FixityWorker";

    /// <summary>The worker that looks after the stores.</summary>
    public const string Stores = "StoreKeeper";

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AtWork = TimeSpan.FromHours(6);

    // Without these nothing is read at all: that they were never at work is told too.
    private static readonly ImmutableArray<string> Needed = [nameof(PlanFixity), Fixity, Stores];

    /// <summary>The silent ones by name.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<IReadOnlyList<SilenceView>> FindAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var now = session.Now;
        var known = await session.Rows.SignsOfLife.AsNoTracking().ToListAsync(cancellationToken);
        var silent = known.Where(s => IsSilent(s, now)).Select(s => new SilenceView(s.Name, s.LastAt, s.Every, s.Problem)).ToList();
        if (await session.Rows.Stores.MinAsync(s => (DateTimeOffset?)s.RegisteredAt, cancellationToken) is { } begun && now - begun > Grace)
            silent.AddRange(Needed.Where(n => known.TrueForAll(s => s.Name != n)).Select(n => new SilenceView(n, null, TimeSpan.Zero, null)));
        return [.. silent.OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    // Three turns may be missed, or a quarter of an hour. One that is at work is given hours, and then it hangs. One that fails each time is as good as silent.
    internal static bool IsSilent(SignOfLife sign, DateTimeOffset now)
    {
        var limit = sign.Every * 3 > sign.Every + Grace ? sign.Every * 3 : sign.Every + Grace;
        if (sign.Problem is not null && now - (sign.EndedAt ?? sign.FirstAt) > limit) return true;
        var isAtWork = sign.Problem is null && (sign.EndedAt is null || sign.EndedAt < sign.LastAt);
        return now - sign.LastAt > (isAtWork ? limit + AtWork : limit);
    }
}
