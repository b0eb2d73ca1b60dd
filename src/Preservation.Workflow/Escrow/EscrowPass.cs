using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Escrow;

/// <summary>
/// One pass of an escrow: every object that the source lists is brought up to date, every object that is held is looked for at the source, and those whose turn it is are
/// re-read. Both stores are listed once; nothing that grows with the holdings is in memory. Nothing that is held is deleted or written over, but by an order of destruction.
/// </summary>
/// <param name="source">The archive's store.</param>
/// <param name="store">The escrow's own.</param>
/// <param name="options">What the escrow is to do.</param>
/// <param name="clock">The escrow's clock.</param>
/// <param name="orders">Orders of destruction that the service gave out for this pass; null where it was not asked or did not answer.</param>
internal sealed partial class EscrowPass(EscrowSource source, IObjectStore store, EscrowOptions options, TimeProvider clock, IReadOnlyList<OfferedOrder>? orders = null)
{
    // No put takes as long.
    private static readonly TimeSpan Unfinished = TimeSpan.FromDays(7);
    private readonly OcflStore _source = new(source, StoreSet.RootPrefix, Limits.Default);
    private readonly OcflStore _held = new(store, StoreSet.RootPrefix, Limits.Default);
    private readonly EscrowGrave _grave = new(store, new OcflStore(store, StoreSet.RootPrefix, Limits.Default), clock);

    /// <summary>Does the work and says what came of it.</summary>
    /// <param name="last">The report before; null for the first.</param>
    /// <param name="previous">Its digest.</param>
    /// <param name="cancellationToken">Ends the work early; the next pass goes on.</param>
    /// <exception cref="IOException">The escrow's own store failed.</exception>
    public async Task<EscrowReport> RunAsync(EscrowReport? last, string? previous, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var tally = new EscrowTally();
        tally.AddNewest(last?.Newest);
        source.Forget();
        await _held.InitializeRootAsync(cancellationToken);
        await store.RemoveUnfinishedAsync(startedAt - Unfinished, cancellationToken);
        await _grave.OpenAsync(cancellationToken);
        var problem = await PullAsync(tally, cancellationToken);
        IReadOnlyList<EscrowOrderWord> words = orders is null ? [] : await new EscrowOrders(_source, _held, _grave, options, clock).RunAsync(orders, cancellationToken);
        problem = await ReviewAsync(tally, last?.RereadUntil ?? startedAt, startedAt, isSourceThere: problem is null, cancellationToken) ?? problem;
        if (problem is not null) tally.Add(c => c, new Finding(EscrowRules.Source, source.Name, Found: problem));
        return tally.ToReport(options.Name, last, previous, startedAt, clock.GetUtcNow()) with { Orders = words };
    }

    // Why the source could not be gone through; null when it was.
    private async Task<string?> PullAsync(EscrowTally tally, CancellationToken cancellationToken)
    {
        try
        {
            // A mount that is away, or another bucket, must not look like an archive that lost everything.
            if (!await _source.IsRootAsync(cancellationToken)) return "it is not the storage root of an archive";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        try
        {
            var pull = new ObjectPull(_source, _held, Limits.Default);
            await Parallel.ForEachAsync(PathsAsync(source, cancellationToken), AtOnce(cancellationToken), async (path, token) => Count(tally, path, await pull.RunAsync(path, token)));
        }
        catch (EscrowSourceException e)
        {
            return e.Message;
        }
        return source.Problem;
    }

    private static void Count(EscrowTally tally, string path, PullOutcome outcome)
    {
        switch (outcome)
        {
            case PullOutcome.Taken taken:
                tally.Add(c => c with { TakenObjects = c.TakenObjects + 1, TakenVersions = c.TakenVersions + taken.Versions, TakenBytes = c.TakenBytes + taken.Bytes });
                tally.AddNewest(taken.Newest);
                break;
            case PullOutcome.Refused refused:
                tally.Add(c => c with { Refused = c.Refused + 1 }, new Finding(EscrowRules.Refused, refused.Id ?? path, Found: refused.Reason));
                break;
            case PullOutcome.Differs differs:
                tally.Add(c => c with { History = c.History + 1 }, new Finding(EscrowRules.History, differs.Id, "v" + differs.Held.ToString(CultureInfo.InvariantCulture), differs.Difference));
                break;
            case PullOutcome.HeldIsDamaged:
                tally.Add(c => c with { Refused = c.Refused + 1 }, new Finding(EscrowRules.Refused, path, Found: "what is held of it is damaged"));
                break;
        }
    }

    private async Task<string?> ReviewAsync(EscrowTally tally, DateTimeOffset from, DateTimeOffset until, bool isSourceThere, CancellationToken cancellationToken)
    {
        var check = new HeldObjectCheck(_source, _held, StoreSet.QuarantinePrefix);
        await Parallel.ForEachAsync(PathsAsync(store, cancellationToken), AtOnce(cancellationToken), async (path, token) =>
        {
            tally.AddHeld();
            if (isSourceThere && await IsGoneAsync(path, token)) tally.Add(c => c with { Vanished = c.Vanished + 1 }, new Finding(EscrowRules.Vanished, await NameAsync(path, token)));
            if (!IsDue(path, from, until, TimeSpan.FromDays(options.RereadWithinDays)) || await check.RunAsync(path, token) is not { } read) return;
            tally.Add(c => c with { RereadObjects = c.RereadObjects + 1, RereadBytes = c.RereadBytes + read.Bytes, Rotten = c.Rotten + read.Rotten.Count(r => !r.IsRepaired), Repaired = c.Repaired + read.Rotten.Count(r => r.IsRepaired) },
                [.. read.Rotten.Select(r => new Finding(r.IsRepaired ? EscrowRules.Repaired : EscrowRules.Rot, r.Key, Found: r.Problem))]);
        });
        return isSourceThere ? source.Problem : null;
    }

    /// <summary>
    /// Is it the object's turn? Objects lie under the digits of a digest, evenly: each has its instant within the period by the first of them, so that which are due follows
    /// from the time alone.
    /// </summary>
    internal static bool IsDue(string path, DateTimeOffset from, DateTimeOffset until, TimeSpan period)
    {
        var offset = (long)(period.Ticks * (Convert.ToUInt32(path[^(HashDigits + 1)..^(HashDigits - 7)], 16) / (double)(1L << 32)));
        return Turns(until) > Turns(from);

        long Turns(DateTimeOffset at) => (at.UtcTicks - offset) / period.Ticks;
    }

    // A store may slip once: what is called gone was not there twice.
    private async Task<bool> IsGoneAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var key = StoreSet.RootPrefix + path + InventoryName;
            return await source.HeadAsync(key, cancellationToken) is null && await source.HeadAsync(key, cancellationToken) is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // whether it is there is not known; when many requests fail the pass says so
        }
    }

    private async Task<string> NameAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var inventory = await _held.ReadInventoryAtAsync(StoreSet.RootPrefix + path, cancellationToken);
            return inventory?.Inventory.Id ?? path;
        }
        catch (Exception e) when (e is InventoryDamagedException or InvalidDataException)
        {
            return path;
        }
    }

    private ParallelOptions AtOnce(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = options.ObjectsAtOnce, CancellationToken = cancellationToken };

    // An object is there from the moment its root has an inventory, and not any more from the moment it has a tombstone.
    private async IAsyncEnumerable<string> PathsAsync(IObjectStore from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in from.ListAsync(StoreSet.RootPrefix, cancellationToken))
            if (RootInventory().Match(found.Key[StoreSet.RootPrefix.Length..]) is { Success: true } match && !_grave.Has(match.Groups[1].Value)) yield return match.Groups[1].Value;
    }

    private const int HashDigits = 64;
    private const string InventoryName = "inventory.json";

    [GeneratedRegex(@"\A((?:[0-9a-f]{3}/){3}[0-9a-f]{64}/)inventory\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex RootInventory();
}
