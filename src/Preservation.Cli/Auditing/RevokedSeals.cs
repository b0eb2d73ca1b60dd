using Preservation.Core.Log;
using Preservation.Evidence;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Cli.Auditing;

/// <summary>
/// Says of receipts whose key was revoked whether they are older: by an evidence record of the receipt whose first time-stamp is older than the revocation, or by
/// the place of the receipt's entry in the log, below what another receipt of before saw.
/// </summary>
/// <param name="keys">The published keys.</param>
/// <param name="policy">Trust above time-stamps; without any a record's structure and digests are checked.</param>
/// <param name="evidence">Gets a receipt's evidence record; null where there is none.</param>
/// <param name="clock">The time.</param>
internal sealed class RevokedSeals(PublishedKeys keys, VerificationPolicy policy, Func<ReceiptFile, CancellationToken, Task<byte[]?>> evidence, TimeProvider clock)
{
    /// <summary>The receipts with what their seals are worth now.</summary>
    public async Task<List<ReceiptFile>> JudgeAsync(List<ReceiptFile> receipts, LogVerdict verdict, CancellationToken cancellationToken)
    {
        var judged = new List<ReceiptFile>();
        foreach (var receipt in receipts)
        {
            if (receipt.Seal is not { State: SealState.Valid, Key: { } key } || keys.RevocationOf(key) is not { } revocation)
            {
                judged.Add(receipt);
                continue;
            }
            var proof = await ProofAsync(receipt, revocation.At, revocation.Compromise, receipts, verdict, cancellationToken);
            judged.Add(receipt with { Seal = new ReceiptSeal(proof is null ? SealState.Revoked : SealState.RevokedLater, key, proof) });
        }
        return judged;
    }

    private async Task<SealProof?> ProofAsync(ReceiptFile receipt, DateTimeOffset revokedAt, bool isLost, List<ReceiptFile> receipts, LogVerdict verdict, CancellationToken cancellationToken)
    {
        if (!isLost && receipt.Witness.IssuedAt is { } issued && issued < revokedAt) return new SealProof("keyNotLost", issued);
        if (await CoveredFromAsync(receipt, cancellationToken) is { } time && time < revokedAt) return new SealProof("evidence", time);
        if (verdict.Witnesses.FirstOrDefault(w => w.Witness == receipt.Witness) is not { Outcome: WitnessOutcome.Consistent, Sequence: { } place }) return null;
        foreach (var other in receipts.Where(r => r != receipt && r.Witness.TreeSize > place))
        {
            if (verdict.Witnesses.FirstOrDefault(w => w.Witness == other.Witness)?.Outcome != WitnessOutcome.Consistent) continue;
            if (await TimeOfAsync(other, revokedAt, cancellationToken) is { } then) return new SealProof("log", then, other.Path);
        }
        return null;
    }

    // Of the other receipt it must be known by itself that it is older: by a key that is relied on, or by evidence.
    private async Task<DateTimeOffset?> TimeOfAsync(ReceiptFile other, DateTimeOffset revokedAt, CancellationToken cancellationToken)
    {
        if (other.Seal is { State: SealState.Valid, Key: { } key } && keys.Has(key) && keys.RevocationOf(key) is null && other.Witness.IssuedAt is { } issued && issued < revokedAt) return issued;
        return await CoveredFromAsync(other, cancellationToken) is { } time && time < revokedAt ? time : null;
    }

    private async Task<DateTimeOffset?> CoveredFromAsync(ReceiptFile receipt, CancellationToken cancellationToken)
    {
        if (await evidence(receipt, cancellationToken) is not { } record) return null;
        var report = await EvidenceVerification.EvidenceAsync(File(receipt.Path + ".ers", record), [File(receipt.Path, receipt.Body)], policy, clock.GetUtcNow(), cancellationToken);
        if (report is not { Outcome: VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct, Evidence: [var first, ..] }) return null;
        var isTrusted = policy.TrustAnchors.Count == 0 || first.Timestamps.All(t => t.Indication == Indication.TotalPassed);
        return isTrusted ? first.CoveredFrom ?? first.Timestamps.FirstOrDefault()?.Time : null;
    }

    private static SignedFile File(string path, byte[] bytes) => new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));
}
