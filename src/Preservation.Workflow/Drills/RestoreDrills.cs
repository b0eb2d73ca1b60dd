using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Drills;

/// <summary>
/// Restores packages drawn at random, each from one store drawn at random, to a scratch place, and verifies them as a stranger would. The result is kept,
/// audited and reported; a drill that fails opens a task. What could not be read because the store is away is no drill.
/// </summary>
public sealed partial class RestoreDrills(CatalogueSessions sessions, StoreSet stores, EvidenceRecords records, Limits limits, TimeProvider clock, IOptions<PreservationOptions> options, ILogger<RestoreDrills> logger)
{
    private const long DrillLock = 0x5052_4553_4452_49;
    private readonly DrillOptions _options = options.Value.Drills;

    /// <summary>Holds a round of drills when the last one is long enough ago.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        // One process at a time: the session holds the lock until the round is over.
        await using var held = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = held.Command("SELECT pg_try_advisory_xact_lock($1)", DrillLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return;
        var since = held.Now - _options.Every;
        if (await held.Rows.RestoreDrills.AnyAsync(d => d.StartedAt > since, cancellationToken)) return;
        var packages = await held.Rows.Packages.AsNoTracking().Where(p => p.Bytes <= _options.MostBytes).OrderBy(_ => EF.Functions.Random()).Take(_options.Packages).Select(p => p.Id).ToListAsync(cancellationToken);
        foreach (var package in packages)
        {
            try
            {
                await RunAsync(package, null, cancellationToken);
            }
            catch (IOException e)
            {
                LogTrouble(e, package);
            }
        }
    }

    /// <summary>Drills one package; null when no store has a copy of it that is said to be good.</summary>
    /// <param name="package">The package.</param>
    /// <param name="store">From which store; null draws one.</param>
    /// <param name="cancellationToken">Ends the work early; the scratch place is cleared all the same.</param>
    /// <exception cref="IOException">The store could not be read, or the scratch place not written.</exception>
    public async Task<RestoreDrill?> RunAsync(Guid package, string? store, CancellationToken cancellationToken)
    {
        List<string> good;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            good = await session.Rows.PackageCopies.Where(c => c.PackageId == package && c.State == CopyState.Good && (store == null || c.Store == store)).OrderBy(c => c.Store).Select(c => c.Store).ToListAsync(cancellationToken);
        good.RemoveAll(s => !stores.Roots.ContainsKey(s));
        if (good.Count == 0) return null;
        var root = stores.Roots[good[RandomNumberGenerator.GetInt32(good.Count)]];
        var folder = Directory.CreateDirectory(Path.Join(_options.Folder.Length > 0 ? _options.Folder : Path.GetTempPath(), $"drill-{Guid.NewGuid():N}")).FullName;
        try
        {
            return await DrillAsync(package, root, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<RestoreDrill> DrillAsync(Guid package, OcflStore root, string folder, CancellationToken cancellationToken)
    {
        var started = clock.GetUtcNow();
        var steps = new List<DrillStep>();
        var checks = new StrangerChecks(sessions, records, limits, clock);
        var restored = (Files: 0L, Bytes: 0L);
        using var stored = await InventoryAsync(root, package, steps, cancellationToken);
        if (stored is not null)
        {
            var copy = new RestoredObject(root, stored.Inventory, folder);
            steps.Add(await InventoryStepAsync(package, stored, cancellationToken));
            steps.Add(await copy.RestoreAsync(cancellationToken));
            restored = copy.Restored;
            steps.Add(await checks.OcflAsync(copy.Object, cancellationToken));
            steps.Add(await checks.CatalogueAsync(package, stored.Inventory, cancellationToken));
            if (steps.TrueForAll(s => s.Passed || s.Name is not ("restore" or "ocfl"))) // what is damaged cannot be laid out
            {
                copy.Show();
                steps.Add(await checks.PackageAsync(copy.Shown, cancellationToken));
                steps.Add(await checks.EvidenceAsync(package, copy.Shown, cancellationToken));
            }
            steps.Add(await checks.ReceiptsAsync(package, cancellationToken));
        }
        return await RecordAsync(package, root.Objects.Name, started, restored, steps, cancellationToken);
    }

    private static async Task<StoredInventory?> InventoryAsync(OcflStore root, Guid package, List<DrillStep> steps, CancellationToken cancellationToken)
    {
        try
        {
            if (await root.ReadInventoryAsync($"urn:uuid:{package}", cancellationToken) is { } stored) return stored;
            steps.Add(new DrillStep("inventory", false, "the store has no such object"));
        }
        catch (InventoryDamagedException e)
        {
            steps.Add(new DrillStep("inventory", false, e.Message));
        }
        return null;
    }

    private async Task<DrillStep> InventoryStepAsync(Guid package, StoredInventory stored, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var head = stored.Inventory.Head.Number;
        var recorded = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == package).OrderByDescending(v => v.Version).FirstAsync(cancellationToken);
        var isSame = recorded.Version == head && recorded.InventorySha512.AsSpan().SequenceEqual(stored.Inventory.BytesDigest.Bytes.AsSpan());
        return new DrillStep("inventory", isSame && stored.IsRootSound, $"v{head}{(isSame ? ", as recorded" : $", recorded is another v{recorded.Version}")}{(stored.IsRootSound ? "" : "; the root's own is damaged")}");
    }

    private async Task<RestoreDrill> RecordAsync(Guid package, string store, DateTimeOffset started, (long Files, long Bytes) restored, List<DrillStep> steps, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var outcome = steps.TrueForAll(s => s.Passed) ? DrillOutcome.Passed : DrillOutcome.Failed;
        var drill = new RestoreDrill
        {
            Id = Guid.CreateVersion7(session.Now), PackageId = package, Store = store, StartedAt = started.AddTicks(-(started.Ticks % TimeSpan.TicksPerMicrosecond)), EndedAt = session.Now, Outcome = outcome,
            Files = restored.Files, Bytes = restored.Bytes, Report = JsonSerializer.Serialize(steps, AuditJson.Options),
        };
        session.Rows.RestoreDrills.Add(drill);
        var producer = await session.Rows.Packages.Where(p => p.Id == package).Select(p => p.ProducerId).SingleAsync(cancellationToken);
        session.Audit(null, producer, "restore.drill", "package", package.ToString(), new { drill.Id, store, outcome, steps });
        if (outcome == DrillOutcome.Failed)
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.DrillFailed, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = producer, PackageId = package, CreatedAt = session.Now,
                Subject = $"{store}: {string.Join("; ", steps.Where(s => !s.Passed).Select(s => $"{s.Name}: {s.Detail}"))}",
            });
        await session.CommitAsync(cancellationToken);
        LogHeld(package, store, outcome);
        return drill;
    }

    [LoggerMessage(8001, LogLevel.Information, "Package {Package} was restored from {Store} for a drill: {Outcome}")]
    private partial void LogHeld(Guid package, string store, DrillOutcome outcome);

    [LoggerMessage(8002, LogLevel.Error, "Package {Package} could not be restored for a drill now")]
    private partial void LogTrouble(Exception e, Guid package);
}
