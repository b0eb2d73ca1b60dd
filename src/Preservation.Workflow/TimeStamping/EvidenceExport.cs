using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Evidence.Export;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Makes the evidence zip of a package from the batches that cover it; each file's record holds every renewal so far. Files, proofs and records pass by a
/// page of rows at a time, whatever the length of the list.
/// </summary>
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
        var files = new SelectedFiles(session, package.Id, selection);
        var batches = await files.BatchesAsync(cancellationToken);
        if (batches.Count == 0) return null;
        var reading = new RecordReading(session);
        var output = TemporaryFile.Create();
        try
        {
            if (batches.Count == 1) await EvidenceZip.WriteAsync(await BundleAsync(batches[0]), output, cancellationToken);
            else await WriteSeveralAsync(batches, output, BundleAsync, cancellationToken);
            output.Position = 0;
            return output;
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }

        async Task<EvidenceBundle> BundleAsync(EvidenceBatch batch)
        {
            var row = await session.Rows.EvidenceTokens.AsNoTracking().SingleAsync(t => t.Id == batch.LeadToken, cancellationToken);
            if (!TimeStampResponse.TryDecode(row.Response!, out var response) || response.Token is not { } token) throw new InvalidOperationException("a stored time-stamp cannot be read");
            var used = new HashSet<Guid>();
            return new EvidenceBundle
            {
                Package = $"urn:uuid:{package.Id}", Root = new Digest(DigestAlgorithm.Find(batch.Algorithm)!, [.. batch.Root]), Response = row.Response!, Token = token.Encoded, Request = row.Request,
                AuthorityChainPem = await trust.ChainPemAsync(token, cancellationToken), Time = token.Time, Proofs = ProofsAsync(reading, files, batch, selection.WithContent, used, cancellationToken),
                Parts = PartsAsync(session, reading, package, selection, used, batch == batches[0] ? more : null, cancellationToken),
            };
        }
    }

    // A large package, or one with several versions, lies in several batches: one zip of proofs each.
    private static async Task WriteSeveralAsync(List<EvidenceBatch> batches, Stream output, Func<EvidenceBatch, Task<EvidenceBundle>> bundle, CancellationToken cancellationToken)
    {
        await using var outer = new ZipWriter(output);
        for (var i = 0; i < batches.Count; i++)
        {
            await using var inner = TemporaryFile.Create();
            var one = await bundle(batches[i]);
            await EvidenceZip.WriteAsync(one, inner, cancellationToken);
            inner.Position = 0;
            await outer.AddAsync(string.Create(CultureInfo.InvariantCulture, $"batch-{i + 1:D3}.zip"), inner, one.Time.ToUniversalTime(), [], cancellationToken);
        }
    }

    private async IAsyncEnumerable<EvidenceProof> ProofsAsync(
        RecordReading reading, SelectedFiles files, EvidenceBatch batch, bool withContent, HashSet<Guid> used, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        await foreach (var (leaf, file) in files.InAsync(batch.Id, cancellationToken))
        {
            var record = await reading.RecordAsync(leaf, cancellationToken);
            used.UnionWith(record.Tokens.Select(t => t.Id));
            yield return new EvidenceProof(
                await files.NameAsync(file, batch.Id, cancellationToken), file.Bytes, new Digest(algorithm, [.. leaf.Digest]), await reading.ReducedTreeAsync(batch.Id, leaf.Ordinal, cancellationToken))
            {
                Record = record.Encoded.AsMemory(), OpenAsync = withContent ? token => content.OpenAsync(file, range: null, token) : null,
            };
        }
    }

    // Lists that the tokens of these records rest on and that were too long to go into them lie there once; what is about the package as a whole with the first batch.
    private async IAsyncEnumerable<EvidencePart> PartsAsync(
        CatalogueSession session, RecordReading reading, Package package, EvidenceSelection selection, HashSet<Guid> used, IReadOnlyList<EvidencePart>? more, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in await reading.ListsBesideAsync(used, cancellationToken))
        {
            var name = Convert.ToHexStringLower(DigestAlgorithm.Sha256.Compute(list.Span).Bytes.AsSpan()) + ".crl";
            if (seen.Add(name)) yield return EvidencePart.Of(EvidencePartKind.Crl, name, list);
        }
        if (more is null) yield break;
        await foreach (var part in _parts.ReportsAsync(session, package, selection, cancellationToken))
            if (part.Kind != EvidencePartKind.Crl || seen.Add(part.Name)) yield return part;
        foreach (var part in more) yield return part;
        await foreach (var part in new AuditEvidence(session, reading, trust).PartsAsync(selection.AuditEntries, cancellationToken)) yield return part;
    }
}
