using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Pdf;

/// <summary>Every signature and document time-stamp of a PDF (ISO 32000-2 §12.8, ETSI EN 319 142-1).</summary>
internal static class PdfFiles
{
    private static readonly string[] Detached = ["adbe.pkcs7.detached", "ETSI.CAdES.detached", ""];
    private const string Sha1Form = "adbe.pkcs7.sha1";
    private const string TimeStampForm = "ETSI.RFC3161";

    public static async Task<FileFacts> ReadAsync(SignedFile file, PathMaterial material, CancellationToken cancellationToken)
    {
        var scan = await PdfScanner.ScanAsync(file, material.Limits, cancellationToken).ConfigureAwait(false);
        if (scan.Signatures.Length > material.Limits.MaxSignatures)
            return FileFacts.Refused(VerificationOutcome.Unsupported,
                new Finding(SignatureRules.Limit, file.Path, $"MaxSignatures {material.Limits.MaxSignatures}", scan.Signatures.Length.ToString(CultureInfo.InvariantCulture)));
        var parts = scan.Signatures.Select(s => Decode(s, scan, material, file.Path)).ToArray();
        var digests = await PdfRangeDigests.ComputeAsync(
            file, [.. parts.Select(p => ((IReadOnlyList<long>)p.Ranges, p.Hashes))], cancellationToken).ConfigureAwait(false);
        var signatures = ImmutableArray.CreateBuilder<SignatureFacts>();
        var ends = new List<(string Id, long End)>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].IsTimeStamp) continue;
            foreach (var signature in await ReadAsync(parts[i], digests[i], material, file.Path, signatures.Count + 1, cancellationToken).ConfigureAwait(false))
            {
                signatures.Add(signature);
                ends.Add((signature.Id, parts[i].Dictionary.ContentsEnd));
            }
        }
        return new FileFacts
        {
            Signatures = signatures.ToImmutable(),
            TimeStamps = [.. parts.Zip(digests).Where(p => p.First.IsTimeStamp).Select(p => ReadTimeStamp(p.First, p.Second, ends, material, file.Path))],
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
        return part with { Hashes = CmsReader.NeededHashes(cms, material.Limits) };
    }

    private static TimeStampFacts ReadTimeStamp(Part part, DigestSet digests, List<(string Id, long End)> signatures, PathMaterial material, string file)
    {
        var facts = part.Fault is { } fault
            ? TimeStampReader.Malformed("document", file, fault.Finding.Found ?? "") with { Cryptographic = fault.Outcome }
            : TimeStampReader.Read("document", part.Token!, hash => [.. digests.By(hash)], file, material.Known);
        var end = part.Ranges.Length >= 2 ? part.Ranges[^2] + part.Ranges[^1] : 0;
        return facts with
        {
            Coverage = part.Coverage,
            CoveredSignatures = [.. signatures.Where(s => s.End <= end).Select(s => s.Id)],
            Findings = [.. part.Findings, .. facts.Findings],
        };
    }

    private static async Task<ImmutableArray<SignatureFacts>> ReadAsync(
        Part part, DigestSet digests, PathMaterial material, string file, int id, CancellationToken cancellationToken)
    {
        (string Plain, string Advanced) names = part.Dictionary.SubFilter == "ETSI.CAdES.detached" ? ("PDF", "PAdES") : ("PDF", "PDF");
        if (part.Fault is { } fault || part.Cms is not { Signers.Length: > 0 } cms)
            return [Faulty(part, part.Fault ?? (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, null, "no signer")), id)];
        if (part.Dictionary.SubFilter == Sha1Form)
        {
            if (cms.Content is not { } content || !digests.Contains(HashFunction.Sha1, content.Span))
                return [Faulty(part, (VerificationOutcome.Broken, new Finding(SignatureRules.Digest, file)), id)];
            digests = DigestSet.Of(content, CmsReader.NeededHashes(cms, material.Limits));
        }
        var context = new CmsContext(file, material.Limits, material.Known) { Names = names, Coverage = part.Coverage, Findings = part.Findings };
        return await CmsReader.ReadAsync(cms, new SignedContent(digests, null, []), context, id, cancellationToken).ConfigureAwait(false);
    }

    private static SignatureFacts Faulty(Part part, (VerificationOutcome Outcome, Finding Finding) fault, int id) =>
        new SignatureFacts { Id = id.ToString(CultureInfo.InvariantCulture), Format = "PDF", Level = "BASIC", Coverage = part.Coverage, Findings = part.Findings }
            .Fails(fault.Outcome, fault.Outcome == VerificationOutcome.Unsupported ? Indication.Indeterminate : Indication.TotalFailed, fault.Outcome switch
            {
                VerificationOutcome.Unsupported => SubIndication.CryptoConstraintsFailure,
                VerificationOutcome.Broken => SubIndication.HashFailure,
                _ => SubIndication.FormatFailure,
            }, fault.Finding);

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
