using System.Collections.Immutable;
using Preservation.Evidence.Carriers;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence;

/// <summary>Verifies everything in a file that dates or signs: signatures, time-stamps, and evidence records in it or being it.</summary>
public static class EvidenceVerification
{
    // What SignatureVerification says of a container when it found no signature that it could judge.
    private static readonly VerificationOutcome[] Silent = [VerificationOutcome.NoSignature, VerificationOutcome.Unsupported];

    private static readonly VerificationOutcome[] WorstFirst =
    [
        VerificationOutcome.RejectDtd, VerificationOutcome.ErMalformed, VerificationOutcome.ErInvalid, VerificationOutcome.ErDataMismatch,
        VerificationOutcome.ErPartial, VerificationOutcome.Unsupported, VerificationOutcome.ErNoData, VerificationOutcome.ErValidStruct,
    ];

    /// <summary>
    /// <see cref="SignatureVerification"/>'s report with <see cref="VerificationReport.Evidence"/>: of a detached record (RFC 4998, RFC 6283), of
    /// records in a CMS signature's attributes or an XML signature's properties, and of records in an ASiC container.
    /// </summary>
    /// <param name="file">What to verify.</param>
    /// <param name="contents">What a detached signature or a record is over; for a record each is an object of its own.</param>
    /// <param name="policy">Trust, revocation lists, digests, limits. Of its digests the n-th of each function belong to the n-th object.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">A file could not be read. This says nothing about its signatures.</exception>
    public static async Task<VerificationReport> VerifyAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(policy);
        var limits = EvidenceLimits.Default;
        var head = await SignatureVerification.ReadHeadAsync(file, EvidenceCarriers.HeadBytes, cancellationToken).ConfigureAwait(false);
        if (EvidenceCarriers.IsRecord(file.Path, head))
        {
            var report = await VerifyRecordAsync(file, contents, policy, now, limits, cancellationToken).ConfigureAwait(false);
            return new VerificationReport { File = file.Path, Outcome = report.Outcome, Evidence = [report] };
        }
        var signatures = await SignatureVerification.VerifyAsync(file, contents, policy, now, cancellationToken).ConfigureAwait(false);
        var (reports, hasSignatures) = await WithinAsync(file, contents, head, policy, now, limits, cancellationToken).ConfigureAwait(false);
        return Join(signatures, reports, hasSignatures);
    }

    /// <summary>The evidence alone: the file as a record, or the records in it; null where there is none. Its signatures are not looked at.</summary>
    /// <inheritdoc cref="VerifyAsync"/>
    public static async Task<VerificationReport?> EvidenceAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(policy);
        var limits = EvidenceLimits.Default;
        var head = await SignatureVerification.ReadHeadAsync(file, EvidenceCarriers.HeadBytes, cancellationToken).ConfigureAwait(false);
        ImmutableArray<EvidenceReport> reports = EvidenceCarriers.IsRecord(file.Path, head)
            ? [await VerifyRecordAsync(file, contents, policy, now, limits, cancellationToken).ConfigureAwait(false)]
            : (await WithinAsync(file, contents, head, policy, now, limits, cancellationToken).ConfigureAwait(false)).Reports;
        return reports.IsEmpty ? null : new VerificationReport { File = file.Path, Outcome = Sum(reports), Evidence = reports };
    }

    // Those in another file, and whether that file carries signatures too.
    private static async Task<(ImmutableArray<EvidenceReport> Reports, bool HasSignatures)> WithinAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, byte[] head, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        if (head is [(byte)'P', (byte)'K', 3, 4, ..]) return await ContainerEvidence.VerifyAsync(file, policy, now, limits, cancellationToken).ConfigureAwait(false);
        return SignatureCarriers.Detect(file.Path, head) switch
        {
            SignatureCarrier.Xml => (await XadesEvidence.VerifyAsync(file, contents, policy, now, limits, cancellationToken).ConfigureAwait(false), true),
            SignatureCarrier.Cms => (await CmsEvidence.VerifyAsync(file, contents, policy, now, limits, cancellationToken).ConfigureAwait(false), true),
            _ => ([], false),
        };
    }

    /// <summary>The one word for several records: the most doubtful.</summary>
    internal static VerificationOutcome Sum(IEnumerable<EvidenceReport> reports)
    {
        var outcomes = reports.Select(r => r.Outcome).ToHashSet();
        foreach (var outcome in WorstFirst)
            if (outcomes.Contains(outcome)) return outcome;
        return outcomes.Count > 0 ? VerificationOutcome.ErValid : VerificationOutcome.NoSignature;
    }

    private static async Task<EvidenceReport> VerifyRecordAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        var reading = await ReadRecordAsync(file, limits, cancellationToken).ConfigureAwait(false);
        if (reading.Record is not { } record) return reading.ToReport();
        var data = await DataAtHand.ReadAsync(contents, policy, record, cancellationToken).ConfigureAwait(false);
        var report = EvidenceRecordVerification.Verify(record, data, policy, now, file.Path);
        return report with { Findings = [.. reading.Findings, .. report.Findings] };
    }

    /// <summary>Reads a record's file: DER, BER, base64 or XML.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    public static async Task<EvidenceReading> ReadRecordAsync(SignedFile file, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(limits);
        // One byte more than is allowed: the reader then refuses it.
        var bytes = await SignatureVerification.ReadHeadAsync(file, limits.MaxRecordBytes + 1, cancellationToken).ConfigureAwait(false);
        return EvidenceRecordReader.Read(SignatureCarriers.LooksLikeXml(bytes) ? bytes : CmsFiles.Unwrap(bytes) ?? bytes, limits, file.Path);
    }

    private static VerificationReport Join(VerificationReport signatures, ImmutableArray<EvidenceReport> evidence, bool hasSignatures)
    {
        if (evidence.IsEmpty) return signatures;
        var counts = signatures.Signatures.IsEmpty && (Silent.Contains(signatures.Outcome) || !signatures.Timestamps.IsEmpty) && !hasSignatures;
        return signatures with
        {
            Outcome = counts ? Sum(evidence) : signatures.Outcome,
            Evidence = evidence,
            // A container with evidence alone is no form that cannot be verified.
            Findings = counts ? [.. signatures.Findings.Where(f => f.Rule != SignatureRules.UnsupportedForm)] : signatures.Findings,
        };
    }
}
