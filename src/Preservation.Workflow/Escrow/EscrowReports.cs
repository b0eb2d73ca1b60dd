using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Preservation.Storage.Objects;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Escrow;

/// <summary>The reports in the escrow's own store, beside its storage root: the file, its signature, and whether the service has it.</summary>
internal sealed partial class EscrowReports(IObjectStore store, SealingKey key, TimeProvider clock)
{
    /// <summary>What the newest report says, with its digest in hexadecimal; null before the first. One that a crash left unsigned is signed.</summary>
    /// <exception cref="InvalidDataException">The newest report cannot be read: a person must look.</exception>
    public async Task<(EscrowReport? Report, string? Digest)> LastAsync(CancellationToken cancellationToken)
    {
        var names = await NamesAsync(cancellationToken);
        if (names.Count == 0) return (null, null);
        var (number, has) = (names.Keys.Max(), names[names.Keys.Max()]);
        var body = await BytesAsync(number, "", cancellationToken);
        if (EscrowReport.Read(body) is not { } report || report.Number != number) throw new InvalidDataException($"{KeyOf(number, "")} is no report of an escrow: the store is damaged");
        if (!has.Contains(Signature)) await SignAsync(number, body, cancellationToken);
        return (report, Convert.ToHexStringLower(SHA512.HashData(body)));
    }

    /// <summary>Keeps a report and signs it. Of two processes one fails: a number is given once.</summary>
    public async Task AddAsync(EscrowReport report, CancellationToken cancellationToken)
    {
        var body = report.ToBytes();
        await PutAsync(KeyOf(report.Number, ""), body, cancellationToken);
        await SignAsync(report.Number, body, cancellationToken);
    }

    /// <summary>Reports that the service does not have, the oldest first.</summary>
    public async Task<IReadOnlyList<long>> UnsentAsync(CancellationToken cancellationToken) =>
        [.. (await NamesAsync(cancellationToken)).Where(n => n.Value.Contains(Signature) && !n.Value.Contains(Sent)).Select(n => n.Key).Order()];

    /// <summary>A report's file and its signature.</summary>
    public async Task<(byte[] Body, byte[] Signature)> ReadAsync(long number, CancellationToken cancellationToken) => (await BytesAsync(number, "", cancellationToken), await BytesAsync(number, Signature, cancellationToken));

    /// <summary>The service has it.</summary>
    public Task MarkSentAsync(long number, CancellationToken cancellationToken) => PutAsync(KeyOf(number, Sent), [], cancellationToken);

    private Task SignAsync(long number, byte[] body, CancellationToken cancellationToken) => PutAsync(KeyOf(number, Signature), key.Seal(body, clock.GetUtcNow()), cancellationToken);

    private async Task<Dictionary<long, HashSet<string>>> NamesAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, HashSet<string>>();
        await foreach (var one in store.ListAsync(Prefix, cancellationToken))
        {
            if (Name().Match(one.Key) is not { Success: true } match) continue;
            var number = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (!found.TryGetValue(number, out var has)) found[number] = has = [];
            has.Add(match.Groups[2].Value);
        }
        return found;
    }

    private async Task<byte[]> BytesAsync(long number, string kind, CancellationToken cancellationToken) =>
        await store.TryReadAsync(KeyOf(number, kind), EscrowReport.MaxBytes, cancellationToken) ?? throw new ObjectNotFoundException(KeyOf(number, kind));

    private Task PutAsync(string key, byte[] bytes, CancellationToken cancellationToken) => store.PutAsync(key, bytes, PutCondition.OnlyIfAbsent, cancellationToken);

    private static string KeyOf(long number, string kind) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D10}.json{kind}");

    private const string Prefix = "escrow/reports/";
    private const string Signature = ".p7s";
    private const string Sent = ".sent";

    [GeneratedRegex(@"\Aescrow/reports/([0-9]{10,18})\.json(|\.p7s|\.sent)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
