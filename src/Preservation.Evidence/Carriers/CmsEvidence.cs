using System.Collections.Immutable;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// Evidence records in the unsigned attributes of a CMS signature (RFC 4998 appendix A, ETSI TS 119 122-3): an internal one is over the signed data
/// without it, an external one over that and the detached content.
/// </summary>
internal static class CmsEvidence
{
    /// <exception cref="IOException">The file or a content could not be read.</exception>
    public static async Task<ImmutableArray<EvidenceReport>> VerifyAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        if (file.Bytes > policy.SignatureLimits.MaxCmsBytes) return [];
        var bytes = await SignatureVerification.ReadHeadAsync(file, policy.SignatureLimits.MaxCmsBytes, cancellationToken).ConfigureAwait(false);
        if (CmsFiles.Unwrap(bytes) is not { } encoded || !CmsSignedData.TryDecode(encoded, policy.SignatureLimits, out var cms, out _)) return [];
        var records = cms.Signers.SelectMany(s => s.UnsignedAttributes).Where(a => CmsWithoutEvidence.IsEvidence(a.Oid))
            .SelectMany(a => a.Values.Select(v => (a.Oid, Value: v))).Take(limits.MaxRecords).ToList();
        var reports = ImmutableArray.CreateBuilder<EvidenceReport>();
        for (var i = 0; i < records.Count; i++)
        {
            var reading = EvidenceRecordReader.Read(records[i].Value, limits, file.Path);
            if (reading.Record is not { } record)
            {
                reports.Add(reading.ToReport());
                continue;
            }
            var data = new List<ProtectedObject> { SignedData(file.Path, cms.Encoded, i, records.Count, record, limits) };
            if (records[i].Oid == CmsOids.EvidenceRecordExternal) data.AddRange(await ContentsAsync(contents, policy, record, cancellationToken).ConfigureAwait(false));
            var report = EvidenceRecordVerification.Verify(record, data, policy, now, file.Path);
            reports.Add(report with { Findings = [.. reading.Findings, .. report.Findings] });
        }
        return reports.ToImmutable();
    }

    // The record is over the signature as it was then: without itself, and without the records that came after or stood there before.
    private static ProtectedObject SignedData(string name, ReadOnlyMemory<byte> encoded, int own, int count, EvidenceRecord record, EvidenceLimits limits)
    {
        var digests = new DigestSet();
        IEnumerable<Func<int, bool>> choices = count == 1 ? [_ => true] : [i => i == own, i => i >= own, _ => true];
        foreach (var removes in choices)
            foreach (var octets in CmsWithoutEvidence.Encodings(encoded, removes, limits.MaxEncodingDepth))
                foreach (var hash in record.DataAlgorithms) digests.Add(hash, hash.Compute(octets));
        return new ProtectedObject(name, digests);
    }

    private static async Task<IEnumerable<ProtectedObject>> ContentsAsync(
        IReadOnlyList<SignedFile> contents, VerificationPolicy policy, EvidenceRecord record, CancellationToken cancellationToken)
    {
        var data = await DataAtHand.ReadAsync(contents, policy, record, cancellationToken).ConfigureAwait(false);
        return data.Count > 0 ? data : [new ProtectedObject("the detached content", new DigestSet())];
    }
}
