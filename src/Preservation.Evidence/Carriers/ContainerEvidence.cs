using System.Collections.Immutable;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// Evidence records in ASiC containers (EN 319 162-1 §4.3.3.1 and §4.4.3.1): in ASiC-S the record is over the one data object, in ASiC-E over the
/// files that its manifest names. The container itself says what is covered: where that does not hold, the record in it is
/// <c>ER_INVALID</c> and no mismatch of data that somebody gave.
/// </summary>
internal sealed class ContainerEvidence
{
    private readonly IFileTree _tree;
    private readonly ImmutableArray<FileEntry> _files;
    private readonly string _path;
    private readonly EvidenceLimits _limits;

    private ContainerEvidence(IFileTree tree, ImmutableArray<FileEntry> files, string path, EvidenceLimits limits) =>
        (_tree, _files, _path, _limits) = (tree, files, path, limits);

    /// <summary>Reports on every record in the container, and whether it holds files of signatures too.</summary>
    /// <exception cref="IOException">The container could not be read.</exception>
    public static async Task<(ImmutableArray<EvidenceReport> Reports, bool HasSignatures)> VerifyAsync(
        SignedFile file, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        var place = await SpooledFile.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        await using (place.ConfigureAwait(false))
        {
            var (tree, findings) = await FileTrees.OpenAsync(place.Path, policy.Limits, cancellationToken).ConfigureAwait(false);
            if (tree is null) return ([], false);
            await using (tree.ConfigureAwait(false))
            {
                var files = ImmutableArray.CreateBuilder<FileEntry>();
                await foreach (var entry in tree.ListAsync(cancellationToken).ConfigureAwait(false))
                    if (entry.Kind == EntryKind.File) files.Add(entry);
                var faults = findings.Where(f => f.Rule.Severity == Severity.Error).ToList();
                var container = new ContainerEvidence(tree, files.ToImmutable(), file.Path, limits);
                var reports = await container.VerifyAsync(policy, now, faults, cancellationToken).ConfigureAwait(false);
                return (reports, files.Any(f => IsMeta(f.Path) && f.Path.Contains("signature", StringComparison.OrdinalIgnoreCase)));
            }
        }
    }

    private async Task<ImmutableArray<EvidenceReport>> VerifyAsync(
        VerificationPolicy policy, DateTimeOffset now, List<Finding> faults, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<EvidenceReport>();
        var records = _files.Where(f => IsRecord(f.Path)).Take(_limits.MaxRecords).ToList();
        if (records.Count == 0) return [];
        var isSimple = await IsSimpleAsync(cancellationToken).ConfigureAwait(false);
        var manifests = isSimple ? [] : await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in records)
        {
            var name = $"{_path}/{entry.Path}";
            var bytes = await TryReadAsync(entry.Path, _limits.MaxRecordBytes, cancellationToken).ConfigureAwait(false);
            var reading = EvidenceRecordReader.Read(bytes ?? [], _limits, name);
            if (reading.Record is not { } record)
            {
                reports.Add(reading.ToReport());
                continue;
            }
            var found = new List<Finding>(faults);
            var data = isSimple ? await SimpleDataAsync(record, found, cancellationToken).ConfigureAwait(false)
                : await ListedDataAsync(manifests, entry.Path, record, found, cancellationToken).ConfigureAwait(false);
            var report = EvidenceRecordVerification.Verify(record, data, policy, now, name);
            var fails = found.Count > 0 || report.Outcome is VerificationOutcome.ErDataMismatch or VerificationOutcome.ErPartial;
            reports.Add(report with
            {
                Outcome = fails ? VerificationOutcome.ErInvalid : report.Outcome,
                CoveredFrom = fails ? null : report.CoveredFrom,
                Findings = [.. reading.Findings, .. found, .. report.Findings],
            });
        }
        return reports.ToImmutable();
    }

    // EN 319 162-1 §4.3.3.1: one data object at the root, beside mimetype and META-INF.
    private async Task<IReadOnlyList<ProtectedObject>> SimpleDataAsync(EvidenceRecord record, List<Finding> found, CancellationToken cancellationToken)
    {
        var data = _files.Where(f => !IsMeta(f.Path) && f.Path != "mimetype").ToList();
        if (data is [var only]) return [await ReadObjectAsync(only, record, [], cancellationToken).ConfigureAwait(false)];
        found.Add(new Finding(EvidenceRules.Container, _path, "1", $"{data.Count} data files in ASiC-S"));
        return [];
    }

    private async Task<IReadOnlyList<ProtectedObject>> ListedDataAsync(
        IEnumerable<ContainerManifest> manifests, string recordPath, EvidenceRecord record, List<Finding> found, CancellationToken cancellationToken)
    {
        var data = new List<ProtectedObject>();
        var named = manifests.Where(m => m.Record == recordPath).ToList();
        if (named is not [var manifest])
        {
            found.Add(new Finding(EvidenceRules.Container, _path, "1", $"{named.Count} manifests name {recordPath}"));
            return data;
        }
        if (manifest.Entries.IsEmpty) found.Add(new Finding(EvidenceRules.Container, _path, null, $"the manifest of {recordPath} names no file"));
        foreach (var (path, hash, digest) in manifest.Entries)
        {
            var entry = _files.FirstOrDefault(f => f.Path == path);
            if (entry is null || hash is not { IsSupported: true })
            {
                found.Add(new Finding(EvidenceRules.Container, _path, null, entry is null ? $"{path} is missing" : $"digest algorithm of {path}"));
                continue;
            }
            var content = await ReadObjectAsync(entry, record, [hash], cancellationToken).ConfigureAwait(false);
            if (!content.Digests.By(hash).FirstOrDefault().AsSpan().SequenceEqual(digest)) found.Add(new Finding(EvidenceRules.ManifestDigest, _path, null, path));
            data.Add(content);
        }
        return data;
    }

    private Task<ProtectedObject> ReadObjectAsync(FileEntry entry, EvidenceRecord record, IEnumerable<HashFunction> more, CancellationToken cancellationToken) =>
        ProtectedObject.ReadAsync(new SignedFile(entry.Path, entry.Bytes, token => _tree.OpenAsync(entry.Path, token)), record, more, cancellationToken);

    private async Task<List<ContainerManifest>> ReadManifestsAsync(CancellationToken cancellationToken)
    {
        var manifests = new List<ContainerManifest>();
        foreach (var file in _files.Where(f => IsManifest(f.Path)).Take(_limits.MaxRecords))
            if (await TryReadAsync(file.Path, SignatureLimits.Default.MaxXmlBytes, cancellationToken).ConfigureAwait(false) is { } bytes
                && ContainerManifest.TryRead(bytes) is { } manifest) manifests.Add(manifest);
        return manifests;
    }

    // The media type in the file, then the name; a container that says neither has a manifest when it is extended.
    private async Task<bool> IsSimpleAsync(CancellationToken cancellationToken)
    {
        var type = _files.Any(f => f.Path == "mimetype") && await TryReadAsync("mimetype", 1024, cancellationToken).ConfigureAwait(false) is { } bytes
            ? System.Text.Encoding.ASCII.GetString(bytes).Trim() : "";
        if (type == "application/vnd.etsi.asic-s+zip") return true;
        if (type == "application/vnd.etsi.asic-e+zip") return false;
        return Path.GetExtension(_path).ToLowerInvariant() switch
        {
            ".asics" or ".scs" => true,
            ".asice" or ".sce" => false,
            _ => !_files.Any(f => IsManifest(f.Path)),
        };
    }

    private async Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        var entry = _files.First(f => f.Path == path);
        if (entry.Bytes > limit) return null;
        try
        {
            var stream = await _tree.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = new byte[entry.Bytes];
                return bytes[..await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)];
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsMeta(string path) => path.StartsWith("META-INF/", StringComparison.Ordinal);

    private static bool IsManifest(string path) =>
        IsMeta(path) && path.Contains("ASiCEvidenceRecordManifest", StringComparison.OrdinalIgnoreCase) && path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);

    private static bool IsRecord(string path) => IsMeta(path) && !IsManifest(path) && path.Contains("evidencerecord", StringComparison.OrdinalIgnoreCase)
        && (path.EndsWith(".ers", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase));
}
