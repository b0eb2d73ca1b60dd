using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Escrow;

/// <summary>
/// What an escrow makes of orders of destruction. It believes the seal of the keys its operator was handed, two persons' names and the digests of what it holds itself; and it
/// destroys nothing that its operator has not confirmed, unless he has allowed that.
/// </summary>
internal sealed class EscrowOrders(OcflStore source, OcflStore held, EscrowGrave grave, EscrowOptions options, TimeProvider clock)
{
    private const string Prefix = "escrow/orders/";
    private readonly IObjectStore _store = held.Objects;

    /// <summary>Judges every order and carries out those whose turn it is. An order that is not offered now is not carried out: it may have been withdrawn.</summary>
    /// <exception cref="IOException">The escrow's own store failed.</exception>
    public async Task<IReadOnlyList<EscrowOrderWord>> RunAsync(IReadOnlyList<OfferedOrder> offered, CancellationToken cancellationToken)
    {
        var words = new List<EscrowOrderWord>();
        foreach (var one in offered.Take(EscrowReport.MostOrders)) words.Add(await JudgeAsync(one, cancellationToken));
        return words;
    }

    /// <summary>The operator's word that an order be carried out: of the very bytes that were received.</summary>
    /// <returns>The order; null when none was received under this name, or its seal does not hold any more.</returns>
    public async Task<OrderOfDestruction?> ConfirmAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await _store.TryReadAsync(KeyOf(id, ""), OrderOfDestruction.MaxBytes, cancellationToken) is not { } body || await _store.TryReadAsync(KeyOf(id, Seal), MaxSealBytes, cancellationToken) is not { } seal) return null;
        if (!IsSealed(body, seal) || OrderOfDestruction.Read(body) is not { } order || order.Id != id || !order.IsOfTwo()) return null;
        await _store.PutAsync(KeyOf(id, Confirmed), Encoding.ASCII.GetBytes(HexOf(body)), PutCondition.Any, cancellationToken);
        return order;
    }

    private async Task<EscrowOrderWord> JudgeAsync(OfferedOrder offered, CancellationToken cancellationToken)
    {
        if (!IsSealed(offered.Order, offered.Seal)) return Refuse(offered, null, EscrowRules.OrderSeal);
        if (OrderOfDestruction.Read(offered.Order) is not { } order || order.Id != offered.Id) return Refuse(offered, null, EscrowRules.OrderForm);
        var sha512 = HexOf(offered.Order);
        if (!order.IsOfTwo()) return Refuse(offered, sha512, EscrowRules.OrderPersons);
        if (await ReceiveAsync(offered, cancellationToken) is not { } receivedAt) return Refuse(offered, sha512, EscrowRules.OrderChanged);
        if (offered.Withdrawal is { } withdrawal)
        {
            if (offered.WithdrawalSeal is not { } seal || !IsSealed(withdrawal, seal) || OrderWithdrawal.Read(withdrawal) is not { } read || (read.Order, read.Sha512) != (order.Id, sha512)) return Refuse(offered, sha512, EscrowRules.OrderSeal);
            var begun = new List<Finding>();
            foreach (var one in order.Objects)
                if (!await grave.GiveBackAsync(order.Id, one.Id, source, cancellationToken)) begun.Add(new Finding(EscrowRules.OrderKept, one.Id, Found: "it was begun before the order was withdrawn, and the source does not have it as it was"));
            return await SayAsync(order, sha512, DestructionState.Withdrawn, null, begun, cancellationToken);
        }
        var now = clock.GetUtcNow();
        var (isHeld, differences) = await CompareAsync(order, cancellationToken);
        if (differences.Count > 0) return await SayAsync(order, sha512, DestructionState.Refused, null, differences, cancellationToken);
        if (now < order.NotBefore) return await SayAsync(order, sha512, DestructionState.Received, order.NotBefore, [], cancellationToken);
        if (!await IsConfirmedAsync(order.Id, sha512, cancellationToken) && !(options.DestroyUnaskedAfter is { } after && receivedAt + after <= now))
            return await SayAsync(order, sha512, DestructionState.AwaitsOperator, options.DestroyUnaskedAfter is { } later ? receivedAt + later : null, [], cancellationToken);
        return await CarryOutAsync(order, sha512, isHeld, cancellationToken);
    }

    // The very bytes that were received first count, and when that was.
    private async Task<DateTimeOffset?> ReceiveAsync(OfferedOrder offered, CancellationToken cancellationToken)
    {
        if (await _store.TryReadAsync(KeyOf(offered.Id, ""), OrderOfDestruction.MaxBytes, cancellationToken) is { } before)
        {
            if (!before.AsSpan().SequenceEqual(offered.Order)) return null;
        }
        else
        {
            // The order comes last: one that is there has its seal and its time.
            await _store.PutAsync(KeyOf(offered.Id, Seal), offered.Seal, PutCondition.Any, cancellationToken);
            await _store.PutAsync(KeyOf(offered.Id, Received), Encoding.ASCII.GetBytes(clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)), PutCondition.Any, cancellationToken);
            await _store.PutAsync(KeyOf(offered.Id, ""), offered.Order, PutCondition.OnlyIfAbsent, cancellationToken);
        }
        return await _store.TryReadAsync(KeyOf(offered.Id, Received), 100, cancellationToken) is { } at && DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(at), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            ? read : throw new InvalidDataException($"{KeyOf(offered.Id, Received)} does not say when the order was received: the store is damaged");
    }

    // What is begun, and what is not here at all, stands in no order's way.
    private async Task<(HashSet<string> Held, IReadOnlyList<Finding> Differences)> CompareAsync(OrderOfDestruction order, CancellationToken cancellationToken)
    {
        var (isHeld, differences) = (new HashSet<string>(StringComparer.Ordinal), new List<Finding>());
        foreach (var one in order.Objects)
        {
            if (await grave.ReadAsync(one.Id, cancellationToken) is not null) continue;
            var (wanted, found) = (Name(VersionNumber.First.With(one.Version), one.InventorySha512), "damaged");
            try
            {
                using var stored = await held.ReadInventoryAsync(one.Id, cancellationToken);
                if (stored is null) continue;
                isHeld.Add(one.Id);
                if (stored.IsRootSound) found = Name(stored.Inventory.Head, stored.Inventory.BytesDigest.Hex);
            }
            catch (Exception e) when (e is InventoryDamagedException or InvalidDataException)
            {
                // Damaged: whether it is what the order names cannot be said.
            }
            if (found != wanted) differences.Add(new Finding(EscrowRules.OrderContent, one.Id, wanted, found));
        }
        return (isHeld, differences);
    }

    private async Task<EscrowOrderWord> CarryOutAsync(OrderOfDestruction order, string sha512, HashSet<string> isHeld, CancellationToken cancellationToken)
    {
        var (kept, until) = (new List<Finding>(), (DateTimeOffset?)DateTimeOffset.MinValue);
        foreach (var one in order.Objects)
        {
            var stone = await grave.BuryAsync(order, sha512, one, isHeld.Contains(one.Id), cancellationToken);
            if (stone.DestroyedAt is not null) continue;
            var first = stone.Kept[0];
            kept.Add(new Finding(EscrowRules.OrderKept, one.Id, Found: $"{stone.Kept.Count} keys, among them {first.Key}: {first.Reason}{(first.Until is { } end ? " until " + end.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "")}"));
            until = stone.Kept.All(k => k.Until is not null) && until is { } before ? new[] { before, stone.Kept.Max(k => k.Until!.Value) }.Max() : null;
        }
        return kept.Count == 0 ? await SayAsync(order, sha512, DestructionState.Destroyed, null, [], cancellationToken) : await SayAsync(order, sha512, DestructionState.NotPossible, until, kept, cancellationToken);
    }

    private async Task<EscrowOrderWord> SayAsync(OrderOfDestruction order, string sha512, DestructionState state, DateTimeOffset? until, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var destroyed = 0;
        foreach (var one in order.Objects)
            if (await grave.ReadAsync(one.Id, cancellationToken) is { DestroyedAt: not null }) destroyed++;
        return new EscrowOrderWord(order.Id, sha512, state, destroyed, until, [.. findings.Take(EscrowOrderWord.MostFindings).Select(EscrowReport.Of)]);
    }

    private static EscrowOrderWord Refuse(OfferedOrder offered, string? sha512, Rule rule) =>
        new(offered.Id, sha512, DestructionState.Refused, 0, null, [EscrowReport.Of(new Finding(rule, offered.Id.ToString()))]);

    private bool IsSealed(byte[] body, byte[] seal)
    {
        using var signer = DetachedSeal.SignerOf(body, seal);
        if (signer is null) return false;
        var pinned = new X509Certificate2Collection();
        pinned.ImportFromPemFile(options.OrdersCertificateFile);
        var now = clock.GetUtcNow();
        var isPinned = pinned.Any(c => DetachedSeal.IsIt(c, signer, now));
        foreach (var certificate in pinned) certificate.Dispose();
        return isPinned;
    }

    private async Task<bool> IsConfirmedAsync(Guid id, string sha512, CancellationToken cancellationToken) =>
        await _store.TryReadAsync(KeyOf(id, Confirmed), 200, cancellationToken) is { } word && Encoding.ASCII.GetString(word) == sha512;

    private static string Name(VersionNumber version, string sha512) => $"{version.Name} {sha512}";

    private static string HexOf(byte[] body) => Convert.ToHexStringLower(SHA512.HashData(body));

    private static string KeyOf(Guid id, string kind) => $"{Prefix}{id}.json{kind}";

    private const int MaxSealBytes = 64 * 1024;
    private const string Seal = ".p7s";
    private const string Received = ".received";
    private const string Confirmed = ".confirmed";
}
