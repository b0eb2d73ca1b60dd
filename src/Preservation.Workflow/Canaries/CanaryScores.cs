using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Canaries;

/// <summary>
/// Judges the canaries from what is written down, without trusting that whoever keeps them is alive: a round that nobody ended, a damage that was not done by the
/// middle of the round, or not detected and repaired within twice the time in which canaries are read, is a failure.
/// </summary>
internal static class CanaryScores
{
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>A score a store; none when there are no canaries by configuration.</summary>
    public static async Task<IReadOnlyList<CanaryScore>> MakeAsync(CatalogueSession session, CanaryOptions options, CancellationToken cancellationToken)
    {
        if (!options.Enabled) return [];
        var stores = await session.Rows.Stores.AsNoTracking().Where(s => s.RetiredAt == null && !s.Offline).OrderBy(s => s.Name).ToListAsync(cancellationToken);
        if (stores.Count < 2) return [];
        var rounds = await session.Rows.CanaryCycles.AsNoTracking().OrderByDescending(c => c.Number).Take(2).ToListAsync(cancellationToken);
        var ids = rounds.ConvertAll(r => r.Id);
        var damages = (await session.Rows.CanaryDamages.AsNoTracking().Where(d => ids.Contains(d.CycleId)).ToListAsync(cancellationToken)).ToLookup(d => d.Store);
        return [.. stores.Select(s => Of(s, rounds, [.. damages[s.Name]], options, session.Now))];
    }

    private static CanaryScore Of(Store store, List<CanaryCycle> rounds, List<CanaryDamage> damages, CanaryOptions options, DateTimeOffset now)
    {
        var open = rounds.Find(r => r.EndsAt > now);
        var last = rounds.Find(r => r != open);
        var reason = Reason(store, open, last, damages, options, now);
        var (detected, repaired) = (damages.FindAll(d => d.DetectedAt is not null), damages.FindAll(d => d.RepairedAt is not null));
        var standing = reason is not null ? CanaryStanding.Failed : damages.Exists(d => d.RepairedAt is not null) ? CanaryStanding.Good : CanaryStanding.Waiting;
        return new CanaryScore(store.Name, standing, reason, open?.Number, damages.Count(d => d.DamagedAt is not null), detected.Count, repaired.Count,
            detected.Count == 0 ? null : detected.Max(d => (d.DetectedAt!.Value - d.DamagedAt!.Value).TotalSeconds), repaired.Count == 0 ? null : repaired.Max(d => (d.RepairedAt!.Value - d.DetectedAt!.Value).TotalSeconds),
            open is null ? null : Convert.ToHexStringLower(open.Commitment), last?.Seed is { } seed ? Convert.ToHexStringLower(seed) : null);
    }

    private static string? Reason(Store store, CanaryCycle? open, CanaryCycle? last, List<CanaryDamage> damages, CanaryOptions options, DateTimeOffset now)
    {
        if (open is null) return last is not null || now - store.RegisteredAt > Slack ? "noRound" : null;
        var limit = TimeSpan.FromDays((double)options.WithinDays * 2) + Slack;
        foreach (var round in new[] { last, open })
        {
            // A store that came into a round late is measured from the next one on.
            if (round is null || store.RegisteredAt > round.StartedAt) continue;
            var done = damages.FindAll(d => d.CycleId == round.Id && d.DamagedAt is not null);
            if (done.Count < options.PerStore && now > round.StartedAt + ((round.EndsAt - round.StartedAt) / 2) + Slack) return "notDamaged";
            var late = done.FindAll(d => d.RepairedAt is null && (now > round.EndsAt || now - d.DamagedAt!.Value > limit));
            if (late.Count > 0) return late.Exists(d => d.DetectedAt is null) ? "notDetected" : "notRepaired";
        }
        return null;
    }
}
