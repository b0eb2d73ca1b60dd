using System.Globalization;
using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Export;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Makes the evidence zip of a package from the batches that cover it; each file's record holds every renewal so far.</summary>
public sealed class EvidenceExport(CatalogueSessions sessions, TimeStampTrust trust, PackageContent content)
{
    private readonly EvidenceParts _parts = new(content);

    /// <summary>The zip, in a file that goes away when the stream is closed; null while no stamped batch covers what is asked for.</summary>
    /// <param name="package">Whose files.</param>
    /// <param name="selection">Which of them, and whether they are to lie in the zip.</param>
    /// <param name="more">What the caller adds, such as the package's provenance.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">No store could give a file now.</exception>
    public async Task<Stream?> MakeAsync(Package package, EvidenceSelection selection, IReadOnlyList<EvidencePart> more, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(more);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var files = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id).ToListAsync(cancellationToken);
        if (selection.Paths is { } paths) files.RemoveAll(f => !paths.Contains(f.LogicalPath));
        var byId = files.ToDictionary(f => f.Id.ToString(CultureInfo.InvariantCulture));
        var batches = await session.Rows.EvidenceBatches.AsNoTracking().Where(b => b.Kind == BatchKind.Objects
                && session.Rows.EvidenceTokens.Any(t => t.Id == b.LeadToken && t.Token != null)
                && session.Rows.EvidenceLeaves.Any(l => l.BatchId == b.Id && l.PackageId == package.Id && l.Kind == LeafKind.File))
            .OrderBy(b => b.TokenTime).ThenBy(b => b.Id).ToListAsync(cancellationToken);
        if (batches.Count == 0) return null;
        var reading = new RecordReading(session);
        var bundles = new List<EvidenceBundle>();
        foreach (var batch in batches)
            if (await BundleAsync(session, reading, package, batch, byId, selection, cancellationToken) is { } bundle) bundles.Add(bundle);
        if (bundles.Count == 0) return null;
        // What is about the package as a whole lies with the first.
        bundles[0] = bundles[0] with { Parts = [.. bundles[0].Parts, .. await _parts.ReportsAsync(session, package, selection, cancellationToken), .. more] };
        var output = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        try
        {
            if (bundles.Count == 1) await EvidenceZip.WriteAsync(bundles[0], output, cancellationToken);
            else await WriteSeveralAsync(bundles, output, cancellationToken);
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
    private static async Task WriteSeveralAsync(List<EvidenceBundle> bundles, Stream output, CancellationToken cancellationToken)
    {
        using var outer = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        for (var i = 0; i < bundles.Count; i++)
        {
            await using var entry = await outer.CreateEntry(string.Create(CultureInfo.InvariantCulture, $"batch-{i + 1:D3}.zip"), CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            await EvidenceZip.WriteAsync(bundles[i], entry, cancellationToken);
        }
    }

    private async Task<EvidenceBundle?> BundleAsync(
        CatalogueSession session, RecordReading reading, Package package, EvidenceBatch batch, Dictionary<string, StoredFile> files, EvidenceSelection selection, CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.BatchId == batch.Id && l.PackageId == package.Id && l.Kind == LeafKind.File).OrderBy(l => l.Ordinal).ToListAsync(cancellationToken);
        var proofs = new List<EvidenceProof>();
        leaves.RemoveAll(l => !files.ContainsKey(l.Subject));
        if (leaves.Count == 0) return null;
        foreach (var leaf in leaves)
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
            Parts = selection.WithContent ? [.. _parts.Files(leaves.Select(l => files[l.Subject]))] : [],
        };
    }
}
