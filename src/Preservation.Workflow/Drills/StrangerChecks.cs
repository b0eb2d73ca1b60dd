using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Evidence;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Packages;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Drills;

/// <summary>What a stranger would do with a restored package and the public libraries, and what only the catalogue can be asked.</summary>
internal sealed class StrangerChecks(CatalogueSessions sessions, EvidenceRecords records, Limits limits, TimeProvider clock)
{
    private const int Page = 4096;
    private const int Sample = 25;

    /// <summary>The object keeps every rule of OCFL 1.1, digests of all contents included.</summary>
    public async Task<DrillStep> OcflAsync(string folder, CancellationToken cancellationToken)
    {
        await using var tree = new FolderTree(folder);
        var report = await OcflValidator.ValidateObjectAsync(tree, new OcflOptions { Limits = limits }, cancellationToken);
        return new DrillStep("ocfl", report.IsValid, Said(report.Findings));
    }

    /// <summary>The files shown are those the catalogue has, no more and no fewer, with the same digests.</summary>
    public async Task<DrillStep> CatalogueAsync(Guid package, Inventory inventory, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var (shown, agreed) = (0L, 0L);
        foreach (var page in inventory.StateOf(inventory.Head.Number).Chunk(Page))
        {
            await using var compare = session.Command("""
                SELECT count(*) FROM unnest($2::text[], $3::bytea[]) AS t (path, sha512) JOIN file f ON f.package_id = $1 AND f.logical_path = t.path AND f.sha512 = t.sha512 AND f.version_until IS NULL
                """, package, page.Select(s => s.LogicalPath).ToArray(), page.Select(s => s.Digest.Bytes.ToArray()).ToArray());
            shown += page.Length;
            agreed += (long)(await compare.ExecuteScalarAsync(cancellationToken))!;
        }
        var known = await session.Rows.Files.LongCountAsync(f => f.PackageId == package && f.VersionUntil == null, cancellationToken);
        return new DrillStep("catalogue", shown == agreed && shown == known, string.Create(CultureInfo.InvariantCulture, $"{shown} files shown, {known} in the catalogue, {agreed} agree"));
    }

    /// <summary>The package keeps the rules of what it is.</summary>
    public async Task<DrillStep> PackageAsync(string folder, CancellationToken cancellationToken)
    {
        await using var tree = new FolderTree(folder);
        var report = await PackageCheck.CheckAsync(tree, null, limits, cancellationToken);
        return new DrillStep("package", report.Valid, $"{report.Kind}: {Said(report.Findings)}");
    }

    /// <summary>Evidence records of some files, drawn at random, hold over the restored bytes.</summary>
    public async Task<DrillStep> EvidenceAsync(Guid package, string folder, CancellationToken cancellationToken)
    {
        List<StoredFile> files;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            files = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package && f.VersionUntil == null).OrderBy(_ => EF.Functions.Random()).Take(Sample).ToListAsync(cancellationToken);
        var (proven, bad) = (0, new List<string>());
        foreach (var file in files)
        {
            if (await records.OfAsync(file, cancellationToken) is not { } record) continue; // the next batch covers it
            var path = Path.Join(folder, file.LogicalPath);
            await using var content = File.OpenRead(path);
            var digests = await StreamDigest.ComputeAsync(content, [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256], cancellationToken);
            if (Judge(record, [digests[DigestAlgorithm.Sha512], digests[DigestAlgorithm.Sha256]]) == VerificationOutcome.ErValid) proven++;
            else bad.Add(file.LogicalPath);
        }
        return new DrillStep("evidence", bad.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{proven} of {files.Count} drawn files have a record that holds{(bad.Count > 0 ? $"; not so {string.Join(", ", bad)}" : "")}"));
    }

    /// <summary>Receipts of the package's submissions: digest, seal, and evidence over them as far as a batch covers them.</summary>
    public async Task<DrillStep> ReceiptsAsync(Guid package, CancellationToken cancellationToken)
    {
        List<Receipt> receipts;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            receipts = await session.Rows.Receipts.AsNoTracking().Where(r => session.Rows.PackageVersions.Any(v => v.PackageId == package && v.SubmissionId == r.SubmissionId)).ToListAsync(cancellationToken);
        var (covered, bad) = (0, new List<string>());
        foreach (var receipt in receipts)
        {
            var sha512 = DigestAlgorithm.Sha512.Compute(receipt.Body);
            var report = await SignatureVerification.VerifyAsync(File("receipt.p7s", receipt.Seal), [File("receipt.json", receipt.Body)], new VerificationPolicy(), clock.GetUtcNow(), cancellationToken);
            if (!sha512.Bytes.AsSpan().SequenceEqual(receipt.Sha512) || report.Outcome != VerificationOutcome.Intact) bad.Add(receipt.Kind.ToString());
            foreach (var record in await records.OfAsync(LeafKind.Receipt, [receipt.Id.ToString()], cancellationToken))
                if (Judge(record, [sha512, DigestAlgorithm.Sha256.Compute(receipt.Body)]) == VerificationOutcome.ErValid) covered++;
                else bad.Add($"record of {receipt.Kind}");
        }
        return new DrillStep("receipts", bad.Count == 0 && receipts.Count > 0, string.Create(CultureInfo.InvariantCulture, $"{receipts.Count} receipts, {covered} records over them{(bad.Count > 0 ? $"; broken {string.Join(", ", bad)}" : "")}"));

        static SignedFile File(string name, byte[] bytes) => new(name, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));
    }

    private VerificationOutcome Judge(BuiltRecord record, ImmutableArray<Digest> digests)
    {
        const string Name = "record.ers";
        var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, Name);
        return reading.Record is { } read ? EvidenceRecordVerification.Verify(read, [ProtectedObject.Of("data", digests)], new VerificationPolicy(), clock.GetUtcNow(), Name).Outcome : VerificationOutcome.Malformed;
    }

    private static string Said(IEnumerable<Finding> findings)
    {
        var errors = findings.Where(f => f.Rule.Severity == Severity.Error).Select(f => f.Rule.Code).ToList();
        return errors.Count == 0 ? "no error" : string.Create(CultureInfo.InvariantCulture, $"{errors.Count} errors: {string.Join(", ", errors.Distinct().Take(20))}");
    }
}
