using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Canaries;

/// <summary>
/// Damages sacrificial objects on the stores of this process at times that only a secret seed knows, and measures how long it takes until the fixity plan has found
/// and repaired them. The seed is committed to in the audit log when a round begins, and told there when it ends. What a reader says it found must be the damage
/// that was done; what it says it repaired is read again here.
/// </summary>
public sealed partial class CanaryKeeper(CatalogueSessions sessions, StoreSet stores, CanaryObjects objects, IOptions<PreservationOptions> options, ILogger<CanaryKeeper> logger)
{
    private readonly CanaryOptions _options = options.Value.Fixity.Canaries;

    /// <summary>Begins and ends rounds, makes objects, does what is drawn for now, and looks what became of what was done.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled || stores.Configured.Count < 2) return;
        await objects.EnsureAsync([.. stores.Configured.Where(s => !s.Offline).Select(s => s.Name)], _options.PerStore, cancellationToken);
        await SettleAsync(cancellationToken);
        if (await RoundAsync(cancellationToken) is not { Secret: { } seed } round) return;
        foreach (var store in stores.Written.Where(s => !stores.OptionsOf(s).Offline))
            for (var ordinal = 0; ordinal < _options.PerStore; ordinal++)
                await DamageDueAsync(round, store, ordinal, CanaryDraw.Of(seed, store, ordinal, round.StartedAt, round.EndsAt), cancellationToken);
    }

    // The open round. One that is over is ended and judged, and the next begins.
    private async Task<CanaryCycle?> RoundAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4246)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        var last = await session.Rows.CanaryCycles.OrderByDescending(c => c.Number).FirstOrDefaultAsync(cancellationToken);
        if (last is not null && last.EndsAt > session.Now) return last;
        if (last is { Secret: not null }) await RevealAsync(session, last, cancellationToken);
        var seed = RandomNumberGenerator.GetBytes(32);
        var next = new CanaryCycle { Id = Guid.CreateVersion7(session.Now), Number = (last?.Number ?? 0) + 1, StartedAt = session.Now, EndsAt = session.Now + _options.Every, Commitment = SHA256.HashData(seed), Secret = seed };
        session.Rows.CanaryCycles.Add(next);
        session.Audit(null, null, "canary.begun", "canaryRound", next.Id.ToString(), new { next.Number, next.EndsAt, commitment = Convert.ToHexStringLower(next.Commitment) });
        await session.CommitAsync(cancellationToken);
        return next;
    }

    private async Task RevealAsync(CatalogueSession session, CanaryCycle round, CancellationToken cancellationToken)
    {
        (round.Seed, round.Secret, round.RevealedAt) = (round.Secret, null, session.Now);
        session.Audit(null, null, "canary.revealed", "canaryRound", round.Id.ToString(), new { round.Number, seed = Convert.ToHexStringLower(round.Seed!) });
        var done = (await session.Rows.CanaryDamages.AsNoTracking().Where(d => d.CycleId == round.Id).ToListAsync(cancellationToken)).ToLookup(d => d.Store);
        foreach (var store in stores.Configured.Where(s => !s.Offline).Select(s => s.Name))
        {
            var failed = _options.PerStore - done[store].Count(d => d.RepairedAt is not null);
            await StoreTasks.TellAsync(session, TaskKinds.CanaryFailed, store, failed <= 0 ? [] : [new Finding(CopyRules.CanaryFailed, store, $"{_options.PerStore}", $"{failed}")], null, cancellationToken);
        }
    }

    private async Task DamageDueAsync(CanaryCycle round, string store, int ordinal, CanaryDraw draw, CancellationToken cancellationToken)
    {
        StoredCopy? key;
        CanaryDamage? damage;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            if (draw.At > session.Now) return;
            damage = await session.Rows.CanaryDamages.AsNoTracking().SingleOrDefaultAsync(d => d.CycleId == round.Id && d.Store == store && d.Ordinal == ordinal, cancellationToken);
            if (damage?.DamagedAt is not null) return;
            key = await session.Rows.CanaryObjects.Where(o => o.Store == store && o.Ordinal == ordinal)
                .Join(session.Rows.Copies.Where(c => c.Store == store && c.Role == CopyRole.Content && c.State == CopyState.Good), o => o.PackageId, c => c.PackageId, (_, c) => c).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            // A canary that is being read or repaired just now is damaged a little later.
            if (key is null || await session.Rows.PackageCopies.AnyAsync(c => c.PackageId == key.PackageId && c.Store == store && (c.State != CopyState.Good || c.LeaseUntil > session.Now), cancellationToken)) return;
            if (damage is null)
            {
                damage = new CanaryDamage { CycleId = round.Id, Store = store, Ordinal = ordinal, PackageId = key.PackageId, Key = key.Key, Kind = draw.Kind, DrawnAt = draw.At };
                session.Rows.CanaryDamages.Add(damage);
                await session.CommitAsync(cancellationToken);
            }
        }
        try
        {
            await DamageAsync(damage, draw, cancellationToken);
        }
        catch (IOException e)
        {
            LogTrouble(e, store);
        }
    }

    private async Task DamageAsync(CanaryDamage damage, CanaryDraw draw, CancellationToken cancellationToken)
    {
        var (store, bytes) = (stores.Stores[damage.Store], draw.Damage(CanaryObjects.ContentOf(damage.PackageId)));
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var at = session.Now; // whatever is found is found after this
        if (bytes is null) await store.DeleteAsync(damage.Key, cancellationToken);
        else
        {
            using var content = new MemoryStream(bytes, writable: false);
            await store.PutAsync(damage.Key, content, bytes.Length, PutCondition.Any, cancellationToken);
        }
        await session.Rows.CanaryDamages.Where(d => d.CycleId == damage.CycleId && d.Store == damage.Store && d.Ordinal == damage.Ordinal)
            .ExecuteUpdateAsync(u => u.SetProperty(d => d.DamagedAt, at).SetProperty(d => d.DamagedSha512, bytes == null ? null : SHA512.HashData(bytes)), cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var damage in await session.Rows.CanaryDamages.Where(d => d.DamagedAt != null && d.RepairedAt == null && stores.Written.Contains(d.Store)).ToListAsync(cancellationToken))
        {
            var found = (await session.Rows.FixityProblems.AsNoTracking().Where(p => p.Store == damage.Store && p.Key == damage.Key && p.FoundAt >= damage.DamagedAt).OrderBy(p => p.FoundAt).ToListAsync(cancellationToken))
                .Where(p => damage.DamagedSha512 is null ? p.Outcome == FixityOutcome.Missing : p.ObservedSha512 is not null && p.ObservedSha512.AsSpan().SequenceEqual(damage.DamagedSha512)).ToList();
            if (found.Count == 0) continue;
            damage.DetectedAt ??= found[0].FoundAt;
            if (found.Find(p => p.RepairedAt is not null) is not { RepairedAt: { } repairedAt }) continue;
            var key = await session.Rows.Copies.AsNoTracking().SingleAsync(c => c.Store == damage.Store && c.Key == damage.Key, cancellationToken);
            if ((await CopyReader.ReadAsync(stores.Stores[damage.Store], key, cancellationToken)).Outcome == FixityOutcome.Ok) damage.RepairedAt = repairedAt;
        }
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(4101, LogLevel.Error, "A canary on store {Store} could not be damaged now; it is tried again")]
    private partial void LogTrouble(Exception e, string store);
}
