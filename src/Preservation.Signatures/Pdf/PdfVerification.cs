using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Pdf;

/// <summary>Every signature and document time-stamp of a PDF (ISO 32000-2 §12.8, ETSI EN 319 142-1).</summary>
internal static class PdfVerification
{
    private static readonly string[] Detached = ["adbe.pkcs7.detached", "ETSI.CAdES.detached", ""];
    private const string Sha1Form = "adbe.pkcs7.sha1";
    private const string TimeStampForm = "ETSI.RFC3161";

    public static async Task<VerificationReport> VerifyAsync(
        SignedFile file, PathMaterial material, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var scan = await PdfScanner.ScanAsync(file, material.Limits, cancellationToken).ConfigureAwait(false);
        if (scan.Signatures.Length > material.Limits.MaxSignatures)
            return new VerificationReport
            {
                File = file.Path,
                Outcome = VerificationOutcome.Unsupported,
                Findings = [new Finding(SignatureRules.Limit, file.Path, $"MaxSignatures {material.Limits.MaxSignatures}",
                    scan.Signatures.Length.ToString(CultureInfo.InvariantCulture))],
            };
        var parts = scan.Signatures.Select(s => Decode(s, scan, material, file.Path)).ToArray();
        var digests = await PdfRangeDigests.ComputeAsync(
            file, [.. parts.Select(p => ((IReadOnlyList<long>)p.Ranges, p.Hashes))], cancellationToken).ConfigureAwait(false);
        var (stamps, proofs) = JudgeTimeStamps(parts, digests, material, now, file.Path);
        var signatures = new List<SignatureReport>();
        for (var i = 0; i < parts.Length; i++)
            if (!parts[i].IsTimeStamp)
                signatures.AddRange(Judge(parts[i], digests[i], proofs, material, now, file.Path, signatures.Count + 1));
        return new VerificationReport
        {
            File = file.Path,
            Outcome = VerificationReport.Sum(signatures.Count > 0
                ? [.. signatures.Select(s => s.Cryptographic)] : [.. stamps.Select(s => s.Cryptographic)]),
            Signatures = [.. signatures],
            Timestamps = [.. stamps],
        };
    }

    private static Part Decode(PdfSignatureDictionary dictionary, PdfScan scan, PathMaterial material, string file)
    {
        var (coverage, findings) = PdfCoverage.Judge(dictionary, scan, file);
        var part = new Part(dictionary) { Coverage = coverage, Findings = findings };
        if (!PdfRangeDigests.AreReadable(dictionary.ByteRange, scan.Bytes))
            return part with
            {
                Coverage = Coverage.Unclear,
                Fault = (VerificationOutcome.Broken, new Finding(SignatureRules.PdfByteRange, file, null, string.Join(' ', dictionary.ByteRange))),
                IsTimeStamp = dictionary.SubFilter == TimeStampForm,
            };
        part = part with { Ranges = dictionary.ByteRange };
        if (!CmsSignedData.TryDecode(dictionary.Contents, material.Limits, out var cms, out var reason))
            return part with
            {
                Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, null, reason)),
                IsTimeStamp = dictionary.SubFilter == TimeStampForm,
            };
        part = part with { Cms = cms, IsTimeStamp = cms.ContentType == CmsOids.TstInfo };
        if (part.IsTimeStamp)
            return TimeStampToken.TryFrom(cms, out var token, out reason)
                ? part with { Token = token, Hashes = token.ImprintHash is { IsSupported: true } hash ? [hash] : [] }
                : part with { Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.TstMalformed, file, null, reason)) };
        if (dictionary.SubFilter == Sha1Form) return part with { Hashes = [HashFunction.Sha1] };
        if (!Detached.Contains(dictionary.SubFilter))
            return part with
            {
                Fault = (VerificationOutcome.Unsupported, new Finding(SignatureRules.UnsupportedForm, file, null, dictionary.SubFilter)),
            };
        if (cms.Content is not null)
            return part with
            {
                Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, "detached", "eContent")),
            };
        return part with { Hashes = DigestSet.Needed(cms.Signers) };
    }

    private static (List<TimeStampReport> Reports, List<(long End, DateTimeOffset Time)> Proofs) JudgeTimeStamps(
        Part[] parts, DigestSet[] digests, PathMaterial material, DateTimeOffset now, string file)
    {
        var reports = new List<TimeStampReport>();
        var proofs = new List<(long, DateTimeOffset)>();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (!part.IsTimeStamp) continue;
            var report = part.Fault is { } fault
                ? SignatureJudge.MalformedTimeStamp("document", file, fault.Finding.Found ?? "") with { Cryptographic = fault.Outcome }
                : part.Token!.Verify("document", digests[i], material, now, file);
            if (report.SubIndication is null && part.Coverage == Coverage.Unclear)
                report = report with { Indication = Indication.Indeterminate, SubIndication = SubIndication.SigConstraintsFailure };
            reports.Add(report with { Coverage = part.Coverage, Findings = [.. part.Findings, .. report.Findings] });
            if (report is { Indication: Indication.TotalPassed, Time: { } time }) proofs.Add((part.Ranges[^2] + part.Ranges[^1], time));
        }
        return (reports, proofs);
    }

    private static List<SignatureReport> Judge(
        Part part, DigestSet digests, List<(long End, DateTimeOffset Time)> proofs, PathMaterial material, DateTimeOffset now, string file,
        int id)
    {
        (string Plain, string Advanced) names = part.Dictionary.SubFilter == "ETSI.CAdES.detached" ? ("PDF", "PAdES") : ("PDF", "PDF");
        if (part.Fault is { } fault || part.Cms is not { Signers.Length: > 0 } cms)
            return [Faulty(part, part.Fault ?? (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, null, "no signer")), id)];
        if (part.Dictionary.SubFilter == Sha1Form)
        {
            if (cms.Content is not { } content || !digests.Contains(HashFunction.Sha1, content.Span))
                return [Faulty(part, (VerificationOutcome.Broken, new Finding(SignatureRules.Digest, file)), id)];
            digests = DigestSet.Of(content, DigestSet.Needed(cms.Signers));
        }
        var proof = proofs.Where(p => p.End >= part.Dictionary.ContentsEnd).Select(p => (DateTimeOffset?)p.Time).Min();
        return new SignatureJudge(cms, material, now, file).JudgeAll(digests, id, names, part.Coverage, part.Findings, proof);
    }

    private static SignatureReport Faulty(Part part, (VerificationOutcome Outcome, Finding Finding) fault, int id) => new()
    {
        Id = id.ToString(CultureInfo.InvariantCulture),
        Format = "PDF",
        Level = "BASIC",
        Cryptographic = fault.Outcome,
        Coverage = part.Coverage,
        Indication = fault.Outcome == VerificationOutcome.Unsupported ? Indication.Indeterminate : Indication.TotalFailed,
        SubIndication = fault.Outcome switch
        {
            VerificationOutcome.Unsupported => SubIndication.CryptoConstraintsFailure,
            VerificationOutcome.Broken => SubIndication.HashFailure,
            _ => SubIndication.FormatFailure,
        },
        Findings = [.. part.Findings, fault.Finding],
    };

    private sealed record Part(PdfSignatureDictionary Dictionary)
    {
        public Coverage Coverage { get; init; }
        public ImmutableArray<Finding> Findings { get; init; } = [];
        public (VerificationOutcome Outcome, Finding Finding)? Fault { get; init; }
        public CmsSignedData? Cms { get; init; }
        public TimeStampToken? Token { get; init; }
        public bool IsTimeStamp { get; init; }
        public ImmutableArray<long> Ranges { get; init; } = [];
        public IReadOnlyCollection<HashFunction> Hashes { get; init; } = [];
    }
}
