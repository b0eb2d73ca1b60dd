using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;

namespace Preservation.Workflow.Sealing;

/// <summary>
/// Writes receipts: JSON that names submission, digests, agreement version, outcome and the newest heads of audit log and evidence,
/// so that whoever holds it is a witness of the history up to then; and the text of its own entry in that log, whose place comes with the next seal.
/// Sealed, and added to the caller's transaction.
/// </summary>
public sealed class Receipts(Signer signer)
{
    private static readonly JsonSerializerOptions Indented = new(AuditJson.Options) { WriteIndented = true };

    /// <summary>Adds the receipt of this kind; a submission has one of each kind at most.</summary>
    public async Task<Receipt> AddAsync(CatalogueSession session, Submission submission, ReceiptKind kind, object outcome, CancellationToken cancellationToken)
    {
        var agreement = await session.Rows.AgreementVersions.IgnoreQueryFilters().Where(v => v.Id == submission.AgreementVersionId)
            .Join(session.Rows.Agreements.IgnoreQueryFilters(), v => v.AgreementId, a => a.Id, (v, a) => new { a.Code, v.Version }).SingleAsync(cancellationToken);
        var head = await session.Rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number)
            .Select(b => new { b.TreeSize, b.Head, b.Frontier, b.SealedAt }).FirstOrDefaultAsync(cancellationToken);
        var evidence = await session.Rows.EvidenceBatches.AsNoTracking().Where(b => b.State == EvidenceState.Stored).OrderByDescending(b => b.TokenTime)
            .Select(b => new { b.Id, b.Algorithm, b.Root, b.TokenTime }).FirstOrDefaultAsync(cancellationToken);
        var id = Guid.CreateVersion7(session.Now);
        var entry = await session.AuditNowAsync(null, submission.AgencyId, "receipt.issued", "receipt", id.ToString(), new { submission = submission.Id, kind }, cancellationToken);
        var skeleton = AuditJson.Skeleton(entry);
        var key = signer.Current(await SealKeys.RevokedAsync(session, cancellationToken));
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            receipt = id,
            kind,
            issuedAt = session.Now,
            submission = submission.Id,
            agency = submission.AgencyId,
            agreement = new { agreement.Code, agreement.Version },
            fileName = submission.FileName,
            bytes = submission.Bytes,
            sha256 = Convert.ToHexStringLower(submission.Sha256),
            senderSha256 = submission.SenderSha256 is null ? null : Convert.ToHexStringLower(submission.SenderSha256),
            receivedAt = submission.ReceivedAt,
            recordStatus = submission.RecordStatus,
            outcome,
            auditLog = head is null ? null : new { head.TreeSize, head = Convert.ToHexStringLower(head.Head), head.SealedAt, frontier = head.Frontier.Chunk(MerkleAccumulator.HashBytes).Select(Convert.ToHexStringLower) },
            logEntry = new { entry.Id, skeleton = Encoding.UTF8.GetString(skeleton), leafHash = Convert.ToHexStringLower(MerkleLog.LeafHash(skeleton).AsSpan()) },
            sealKey = key.Id,
            evidence = evidence is null ? null : new { batch = evidence.Id, evidence.Algorithm, root = Convert.ToHexStringLower(evidence.Root), evidence.TokenTime },
        }, Indented);
        var receipt = new Receipt
        {
            Id = id, SubmissionId = submission.Id, Kind = kind, Body = body, Sha512 = SHA512.HashData(body), Seal = key.Seal(body, session.Now), IssuedAt = session.Now,
        };
        session.Rows.Receipts.Add(receipt);
        return receipt;
    }

    /// <summary>SHA-256 over code, path, expected and found of every finding in order: what a receipt says of a list it does not repeat.</summary>
    public static string FindingsDigest(IEnumerable<SubmissionFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var f in findings)
            hash.AppendData(Encoding.UTF8.GetBytes($"{f.Code}\t{f.Path}\t{f.Expected}\t{f.Found}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
