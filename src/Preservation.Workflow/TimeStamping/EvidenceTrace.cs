using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Tells how a file is proven: its digest, the tree, the tokens, and every renewal since, each with what it rests on. What is told was put together as a record first.</summary>
public sealed class EvidenceTrace(CatalogueSessions sessions)
{
    /// <summary>The steps of a file, which the caller must be allowed to see.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<EvidenceTraceView> OfAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var preserved = await session.Rows.PackageVersions.Where(v => v.PackageId == file.PackageId && v.Version == file.VersionFrom).Select(v => v.CreatedAt).SingleAsync(cancellationToken);
        var reading = new RecordReading(session);
        var steps = new List<EvidenceTraceStep> { new(1, EvidenceStepKind.File, preserved, [], null, null) };
        var subject = file.Id.ToString(CultureInfo.InvariantCulture);
        var origins = await reading.OriginsAsync(LeafKind.File, [subject], cancellationToken);
        BuiltRecord? record = null;
        if (origins.Count == 0) await AddWaitingAsync(session, reading, steps, subject, cancellationToken);
        else
        {
record = await reading.BestAsync(origins, cancellationToken);
            var origin = record.Origin;
            if (await DigestAsync(session, reading, origin, file, cancellationToken) is not { } digest || !digest.AsSpan().SequenceEqual(origin.Digest)) throw new InvalidDataException($"the leaf of file {subject} is not its digest");
            await AddRecordAsync(reading, steps, origin, cancellationToken);
        }
        return new EvidenceTraceView(file.LogicalPath, file.VersionFrom, Convert.ToHexStringLower(file.Sha256), Convert.ToHexStringLower(file.Sha512), record is not null, record?.Encoded.Length, record?.Chains ?? 0, steps);
    }

    private static async Task<byte[]?> DigestAsync(CatalogueSession session, RecordReading reading, EvidenceLeaf origin, StoredFile file, CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find((await reading.BatchAsync(origin.BatchId, cancellationToken)).Algorithm)!;
        return algorithm == DigestAlgorithm.Sha512 ? file.Sha512 : algorithm == DigestAlgorithm.Sha256 ? file.Sha256
            : (await FurtherDigests.KnownAsync(session, algorithm, [file.Sha512], cancellationToken)).GetValueOrDefault(Convert.ToHexString(file.Sha512));
    }

    private static async Task AddRecordAsync(RecordReading reading, List<EvidenceTraceStep> steps, EvidenceLeaf origin, CancellationToken cancellationToken)
    {
        EvidenceLeaf? chain = null;
        var before = 0;
        foreach (var link in await reading.LinksAsync(origin, cancellationToken))
        {
            var (kind, restsOn) = chain is null ? (EvidenceStepKind.Tree, (int[])[1]) : link.Chain != chain ? (EvidenceStepKind.NewTree, [1, before]) : (EvidenceStepKind.TokenTree, [before]);
            chain = link.Chain;
            var tree = await AddTreeAsync(reading, steps, kind, restsOn, link.Batch, link.Ordinal, cancellationToken);
            foreach (var token in await reading.TokensAsync(link.Batch, cancellationToken))
            {
                var isIn = token.Id == link.Token.Id;
                if (isIn) before = steps.Count + 1;
                steps.Add(Step(steps.Count + 1, tree, token, isIn));
            }
        }
    }

    // In a tree that nobody has vouched for yet, or in none.
    private static async Task AddWaitingAsync(CatalogueSession session, RecordReading reading, List<EvidenceTraceStep> steps, string subject, CancellationToken cancellationToken)
    {
        var leaf = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == LeafKind.File && l.Subject == subject).OrderByDescending(l => l.BatchId).FirstOrDefaultAsync(cancellationToken);
        if (leaf is null) return;
        var tree = await AddTreeAsync(reading, steps, EvidenceStepKind.Tree, [1], leaf.BatchId, leaf.Ordinal, cancellationToken);
        foreach (var token in await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.BatchId == leaf.BatchId && t.State != TokenState.Refused).OrderBy(t => t.Slot).ToListAsync(cancellationToken))
            steps.Add(Step(steps.Count + 1, tree, token, false));
    }

    private static async Task<int> AddTreeAsync(RecordReading reading, List<EvidenceTraceStep> steps, EvidenceStepKind kind, int[] restsOn, Guid batchId, int ordinal, CancellationToken cancellationToken)
    {
        var batch = await reading.BatchAsync(batchId, cancellationToken);
        var reduced = await reading.ReducedTreeAsync(batchId, ordinal, cancellationToken);
        steps.Add(new EvidenceTraceStep(steps.Count + 1, kind, batch.CreatedAt, restsOn, new TraceTree(
            batchId, DigestAlgorithm.Find(batch.Algorithm)!.MetsName, batch.Leaves, ordinal + 1, Convert.ToHexStringLower(reduced[0][0].Bytes.AsSpan()), reduced.Skip(1).Sum(l => l.Length), Convert.ToHexStringLower(batch.Root)), null));
        return steps.Count;
    }

    private static EvidenceTraceStep Step(int number, int tree, EvidenceToken token, bool isInRecord) =>
        new(number, EvidenceStepKind.Token, token.TokenTime ?? token.CreatedAt, [tree], null, new TraceToken(
            token.Id, token.Tsa, token.State, token.TokenTime, token.Serial, token.Policy, token.Algorithms ?? [], token.CertificatesEndAt, token.ProvenAt, isInRecord, token.Policy == DevelopmentTimeStampAuthority.PolicyOid));
}
