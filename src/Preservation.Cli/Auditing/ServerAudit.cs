using System.Collections.Immutable;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>Holds a server's log against receipts by its proofs, all to one head; where these fail, or the whole is asked for, by the log itself.</summary>
internal sealed class ServerAudit(LogServer server, TimeProvider clock, TimeSpan grace)
{
    public async Task<LogVerdict> RunAsync(IReadOnlyList<LogWitness> witnesses, bool isWhole, bool showsProgress, CancellationToken cancellationToken)
    {
        var (size, head) = await server.HeadAsync(cancellationToken);
        var verdicts = new List<WitnessVerdict>();
        foreach (var witness in witnesses) verdicts.Add(await JudgeAsync(witness, size, head, cancellationToken));
        var first = verdicts.Select(v => v.Difference).OfType<LogDifference>().OrderBy(d => d.Until).ThenBy(d => d.From).FirstOrDefault();
        var byProofs = new LogVerdict(size, head, clock.GetUtcNow(), first, [.. verdicts]);
        if (size == 0 || (!isWhole && first is null)) return byProofs;
        try
        {
            using var response = await server.ExportAsync(cancellationToken);
            await using var export = await response.Content.ReadAsStreamAsync(cancellationToken);
            var byEntries = await FileAudit.RunAsync(export, witnesses, grace, showsProgress, cancellationToken);
            // Proofs that fail beside a log that is in order: the server shows two logs.
            return byEntries.First is null ? byProofs : byEntries;
        }
        catch (Exception e) when (first is not null && e is (HttpRequestException or IOException or InvalidDataException))
        {
            await Console.Error.WriteLineAsync($"preserve: the log itself cannot be had: {e.Message}");
            return byProofs; // what is proven stays proven, only less is known of where
        }
    }

    private async Task<WitnessVerdict> JudgeAsync(LogWitness witness, long size, ImmutableArray<byte> head, CancellationToken cancellationToken)
    {
        if (witness.IsBlind) return new WitnessVerdict(witness, WitnessOutcome.NotJudged, 0, null, null);
        if (size < witness.TreeSize) return Bad(witness, 0, new LogDifference(LogDifferenceKind.Removed, 0, size + 1, null, witness.Name));
        if (witness.TreeSize > 0 && (await server.ConsistencyAsync(witness.TreeSize, size, cancellationToken) is not { } proof || !MerkleLog.VerifyConsistency(witness.TreeSize, witness.Head, size, head, proof)))
            return Bad(witness, 0, new LogDifference(LogDifferenceKind.Altered, 0, witness.TreeSize, null, witness.Name));
        if (witness.Entry is not { } entry) return new WitnessVerdict(witness, WitnessOutcome.Consistent, witness.TreeSize, null, null);
        if ((size == 0 ? null : await server.InclusionAsync(entry, size, cancellationToken)) is not { } place)
            return clock.GetUtcNow() - witness.IssuedAt < grace
                ? new WitnessVerdict(witness, WitnessOutcome.NotYetSealed, witness.TreeSize, null, null)
                : Bad(witness, witness.TreeSize, new LogDifference(LogDifferenceKind.Removed, witness.TreeSize, size + 1, entry, witness.Name));
        if (!MerkleLog.VerifyInclusion(witness.EntryLeaf, place.Sequence, size, place.Proof, head))
            return Bad(witness, witness.TreeSize, new LogDifference(LogDifferenceKind.Changed, place.Sequence, place.Sequence + 1, entry, witness.Name));
        return place.Sequence >= witness.TreeSize
            ? new WitnessVerdict(witness, WitnessOutcome.Consistent, witness.TreeSize, place.Sequence, null)
            : Bad(witness, witness.TreeSize, new LogDifference(LogDifferenceKind.Moved, place.Sequence, place.Sequence + 1, entry, witness.Name));
    }

    private static WitnessVerdict Bad(LogWitness witness, long proven, LogDifference difference) => new(witness, WitnessOutcome.Inconsistent, proven, null, difference);
}
