using System.Globalization;
using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Export;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Makes the evidence zip of a package from the batches that cover it; each file's record holds every renewal so far.</summary>
public sealed class EvidenceExport(CatalogueSessions sessions, TimeStampTrust trust)
{
    /// <summary>The zip, in a file that goes away when the stream is closed; null while no stamped batch covers the package.</summary>
    public async Task<Stream?> MakeAsync(Package package, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var batches = await session.Rows.EvidenceBatches.AsNoTracking().Where(b => b.Kind == BatchKind.Objects
                && session.Rows.EvidenceTokens.Any(t => t.Id == b.LeadToken && t.Token != null)
                && session.Rows.EvidenceLeaves.Any(l => l.BatchId == b.Id && l.PackageId == package.Id && l.Kind == LeafKind.File))
            .OrderBy(b => b.TokenTime).ThenBy(b => b.Id).ToListAsync(cancellationToken);
        if (batches.Count == 0) return null;
        var reading = new RecordReading(session);
        var output = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        try
        {
            if (batches.Count == 1) await EvidenceZip.WriteAsync(await BundleAsync(session, reading, package, batches[0], cancellationToken), output, cancellationToken);
            else await WriteSeveralAsync(session, reading, package, batches, output, cancellationToken);
            output.Position = 0;
            return output;
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }
    }

    // A large package, or one with several versions, lies in several batches: one zip of proofs each.
    private async Task WriteSeveralAsync(CatalogueSession session, RecordReading reading, Package package, List<EvidenceBatch> batches, Stream output, CancellationToken cancellationToken)
    {
        using var outer = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        for (var i = 0; i < batches.Count; i++)
        {
            var bundle = await BundleAsync(session, reading, package, batches[i], cancellationToken);
            await using var entry = await outer.CreateEntry(string.Create(CultureInfo.InvariantCulture, $"batch-{i + 1:D3}.zip"), CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            using var inner = new MemoryStream();
            await EvidenceZip.WriteAsync(bundle, inner, cancellationToken);
            inner.Position = 0;
            await inner.CopyToAsync(entry, cancellationToken);
        }
    }

    private async Task<EvidenceBundle> BundleAsync(CatalogueSession session, RecordReading reading, Package package, EvidenceBatch batch, CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.BatchId == batch.Id && l.PackageId == package.Id && l.Kind == LeafKind.File).OrderBy(l => l.Ordinal).ToListAsync(cancellationToken);
        var files = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id).ToDictionaryAsync(f => f.Id.ToString(CultureInfo.InvariantCulture), cancellationToken);
        var proofs = new List<EvidenceProof>();
        foreach (var leaf in leaves.Where(l => files.ContainsKey(l.Subject)))
        {
            var record = await reading.RecordAsync(leaf, cancellationToken);
            proofs.Add(new EvidenceProof(files[leaf.Subject].LogicalPath, files[leaf.Subject].Bytes, new Digest(algorithm, [.. leaf.Digest]), await reading.ReducedTreeAsync(batch.Id, leaf.Ordinal, cancellationToken))
            {
                Record = record.Encoded.AsMemory(),
            });
        }
        var row = await session.Rows.EvidenceTokens.AsNoTracking().SingleAsync(t => t.Id == batch.LeadToken, cancellationToken);
        if (!TimeStampResponse.TryDecode(row.Response!, out var response) || response.Token is not { } token) throw new InvalidOperationException("a stored time-stamp cannot be read");
        return new EvidenceBundle
        {
            Package = $"urn:uuid:{package.Id}", Root = new Digest(algorithm, [.. batch.Root]), Response = row.Response!, Token = token.Encoded, Request = row.Request,
            AuthorityChainPem = await trust.ChainPemAsync(token, cancellationToken), Time = token.Time, Proofs = [.. proofs.OrderBy(p => p.Path, StringComparer.Ordinal)],
        };
    }
}
