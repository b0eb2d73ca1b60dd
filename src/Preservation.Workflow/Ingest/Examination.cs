using System.Collections.Concurrent;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Formats;
using Preservation.Workflow.VirusScan;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// The one pass over a submission's content: every file is opened once and its bytes go to the virus scanner, to both digests and,
/// as far as its head, to format identification. Files are read in parallel, up to the cores.
/// </summary>
public sealed class Examination(VirusScanner scanner)
{
    private static readonly DigestAlgorithm[] Algorithms = [DigestAlgorithm.Sha256, DigestAlgorithm.Sha512];

    /// <summary>Reads every file of the tree; what comes of it is the caller's to close, before the tree.</summary>
    /// <exception cref="VirusScannerUnavailableException">Nothing is known of the content; it must be examined again.</exception>
    public async Task<ExaminedPackage> RunAsync(IFileTree tree, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var engine = await scanner.VersionAsync(cancellationToken);
        var facts = new ExaminedFiles(await tree.IndexAsync(limits, cancellationToken));
        var findings = new ConcurrentBag<Finding>();
        var infected = new ConcurrentBag<Finding>();
        try
        {
            await Parallel.ForEachAsync(tree.ListAsync(cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                async (entry, token) =>
                {
                    if (entry.Kind != EntryKind.File) return;
                    try
                    {
                        var (fact, virus) = await ReadAsync(tree, entry, token);
                        facts.Add(fact);
                        if (virus is not null) infected.Add(new Finding(IngestRules.Virus, entry.Path, Found: virus));
                    }
                    catch (InvalidDataException e)
                    {
                        findings.Add(new Finding(ArchiveRules.DamagedEntry, entry.Path, Found: e.Message));
                    }
                });
        }
        catch
        {
            facts.Dispose();
            throw;
        }
        return new ExaminedPackage(engine, facts,
            [.. findings.OrderBy(f => f.Path, StringComparer.Ordinal)], [.. infected.OrderBy(f => f.Path, StringComparer.Ordinal)]);
    }

    private async Task<(FileFacts Facts, string? Virus)> ReadAsync(IFileTree tree, FileEntry entry, CancellationToken cancellationToken)
    {
        await using var content = await tree.OpenAsync(entry.Path, cancellationToken);
        await using var scan = new ScanningStream(scanner);
        await using var claim = new PdfClaimStream(scan);
        await using var head = new HeadStream(claim, FormatIdentifier.HeadBytes);
        var digests = await StreamDigest.CopyAsync(content, head, Algorithms, cancellationToken);
        var virus = await scan.FinishAsync(cancellationToken);
        // The claim to be PDF/A may stand anywhere in a file: what stands behind the head is looked at as if it stood right after the first bytes.
        var format = FormatIdentifier.Identify(entry.Path, claim.Found.IsEmpty ? head.Head : [.. head.Head[..Math.Min(head.Head.Length, 16)], .. claim.Found]);
        return (new FileFacts(entry.Path, digests.Bytes, digests[DigestAlgorithm.Sha256].Hex, digests[DigestAlgorithm.Sha512].Hex,
            format?.Puid, format?.Name, format?.Version, format?.MediaType), virus);
    }
}
