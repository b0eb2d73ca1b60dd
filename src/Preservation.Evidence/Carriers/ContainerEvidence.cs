using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Containers;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// Evidence records in ASiC containers (EN 319 162-1 §4.3.3.1 and §4.4.3.1): in ASiC-S the record is over the one data object, in ASiC-E over the
/// files that its manifest names. The container itself says what is covered: where that does not hold, the record in it is
/// <c>ER_INVALID</c> and no mismatch of data that somebody gave.
/// </summary>
internal sealed class ContainerEvidence
{
    private readonly SignedContainer _container;
    private readonly string _path;
    private readonly EvidenceLimits _limits;

    private ContainerEvidence(SignedContainer container, string path, EvidenceLimits limits) => (_container, _path, _limits) = (container, path, limits);

    /// <summary>Reports on every record in the container; nothing on one whose directory cannot be trusted, which is refused as a whole.</summary>
    /// <exception cref="IOException">The container could not be read.</exception>
    public static async Task<(ImmutableArray<EvidenceReport> Reports, bool HasSignatures)> VerifyAsync(
        SignedFile file, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        var (container, _) = await SignedContainer.OpenAsync(file, policy, cancellationToken).ConfigureAwait(false);
        if (container is null) return ([], true);
        await using (container.ConfigureAwait(false))
        {
            var reports = await new ContainerEvidence(container, file.Path, limits).VerifyAsync(policy, now, cancellationToken).ConfigureAwait(false);
            return (reports, container.Names.Any(n => IsMeta(n) && n.Contains("signature", StringComparison.OrdinalIgnoreCase)));
        }
    }

    private async Task<ImmutableArray<EvidenceReport>> VerifyAsync(
        VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<EvidenceReport>();
        var records = _container.Names.Where(IsRecord).Take(_limits.MaxRecords).ToList();
        if (records.Count == 0) return [];
        var isSimple = await IsSimpleAsync(cancellationToken).ConfigureAwait(false);
        var manifests = isSimple ? [] : await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in records)
        {
            var name = $"{_path}/{entry}";
            var bytes = await TryReadAsync(entry, _limits.MaxRecordBytes, cancellationToken).ConfigureAwait(false);
            var reading = EvidenceRecordReader.Read(bytes ?? [], _limits, name);
            if (reading.Record is not { } record)
            {
                reports.Add(reading.ToReport());
                continue;
            }
            var found = new List<Finding>();
            var data = isSimple ? await SimpleDataAsync(record, found, cancellationToken).ConfigureAwait(false)
                : await ListedDataAsync(manifests, entry, record, found, cancellationToken).ConfigureAwait(false);
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
        var data = _container.Names.Where(n => !IsMeta(n) && n != "mimetype").ToList();
        if (data is [var only]) return [await ProtectedObject.ReadAsync(_container.Find(only)!, record, Array.Empty<HashFunction>(), cancellationToken).ConfigureAwait(false)];
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
            var entry = _container.Find(path);
            if (entry is null || hash is not { IsSupported: true })
            {
                found.Add(new Finding(EvidenceRules.Container, _path, null, entry is null ? $"{path} is missing" : $"digest algorithm of {path}"));
                continue;
            }
            var content = await ProtectedObject.ReadAsync(entry, record, [hash], cancellationToken).ConfigureAwait(false);
            if (!content.Digests.By(hash).FirstOrDefault().AsSpan().SequenceEqual(digest)) found.Add(new Finding(EvidenceRules.ManifestDigest, _path, null, path));
            data.Add(content);
        }
        return data;
    }

    private async Task<List<ContainerManifest>> ReadManifestsAsync(CancellationToken cancellationToken)
    {
        var manifests = new List<ContainerManifest>();
        foreach (var file in _container.Names.Where(IsManifest).Take(_limits.MaxRecords))
            if (await TryReadAsync(file, SignatureLimits.Default.MaxXmlBytes, cancellationToken).ConfigureAwait(false) is { } bytes
                && ContainerManifest.TryRead(bytes) is { } manifest) manifests.Add(manifest);
        return manifests;
    }

    // The media type in the file, then the name; a container that says neither has a manifest when it is extended.
    private async Task<bool> IsSimpleAsync(CancellationToken cancellationToken)
    {
        var type = (await _container.ReadMimetypeAsync(cancellationToken).ConfigureAwait(false)).Trim();
        if (type == "application/vnd.etsi.asic-s+zip") return true;
        if (type == "application/vnd.etsi.asic-e+zip") return false;
        return Path.GetExtension(_path).ToLowerInvariant() switch
        {
            ".asics" or ".scs" => true,
            ".asice" or ".sce" => false,
            _ => !_container.Names.Any(IsManifest),
        };
    }

    private async Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        var file = _container.Find(path)!;
        try
        {
            return file.Bytes > limit ? null : await SignatureVerification.ReadHeadAsync(file, limit, cancellationToken).ConfigureAwait(false);
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
