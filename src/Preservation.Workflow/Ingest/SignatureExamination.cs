using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Formats;
using Preservation.Signatures;
using Preservation.Workflow.Options;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Ingest;

/// <summary>Verifies every signature of a submission and keeps each report for the AIP; the agreement decides what a verdict leads to.</summary>
public sealed class SignatureExamination(IOptions<PreservationOptions> options)
{
    private readonly Lazy<TrustAnchors> _anchors = new(() => TrustAnchors.Load(options.Value.Trust.Anchors));

    /// <summary>What was found.</summary>
    /// <param name="FilesWithSignatures">Files that carry at least one.</param>
    /// <param name="Signatures">Signatures in all.</param>
    /// <param name="Verdicts">How many files had which outcome.</param>
    /// <param name="Findings">What the agreement makes of them.</param>
    /// <param name="Reports">One report a file, for <c>metadata/other/signatures/</c>.</param>
    public sealed record Verified(
        int FilesWithSignatures, int Signatures, IReadOnlyDictionary<string, int> Verdicts, ImmutableArray<Finding> Findings, ImmutableArray<GeneratedText> Reports);

    /// <summary>Looks at every file that can carry a signature.</summary>
    public async Task<Verified> RunAsync(IFileTree tree, IReadOnlyList<FileFacts> files, AgreementTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(terms);
        var byPath = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var reports = ImmutableArray.CreateBuilder<GeneratedText>();
        var verdicts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var signatures = 0;
        foreach (var file in files)
        {
            if (await CarrierAsync(tree, file, cancellationToken) == SignatureCarrier.None) continue;
            var report = await VerifyAsync(tree, file, byPath, now, cancellationToken);
            if (report.Outcome == "NO_SIGNATURE") continue;
            signatures += Math.Max(1, report.Signatures.Length);
            verdicts[report.Outcome] = verdicts.GetValueOrDefault(report.Outcome) + 1;
            findings.AddRange(Judge(file.Path, report, terms));
            reports.Add(new GeneratedText($"metadata/other/signatures/{file.Path}.json", report.ToJson()));
        }
        return new Verified(reports.Count, signatures, verdicts, findings.ToImmutable(), reports.ToImmutable());
    }

    private async Task<VerificationReport> VerifyAsync(
        IFileTree tree, FileFacts file, Dictionary<string, FileFacts> byPath, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A detached signature stands beside its content and is named after it: x.pdf and x.pdf.p7s.
        var content = byPath.GetValueOrDefault(Path.ChangeExtension(file.Path, null));
        using var spool = new SpooledFiles(tree);
        return await SignatureVerification.VerifyAsync(spool.Signed(file), content is null ? [] : [spool.Signed(content)],
            new VerificationPolicy { Anchors = _anchors.Value }, now, cancellationToken);
    }

    private static async Task<SignatureCarrier> CarrierAsync(IFileTree tree, FileFacts file, CancellationToken cancellationToken)
    {
        if (file.MediaType?.StartsWith("image/", StringComparison.Ordinal) == true || file.Bytes == 0) return SignatureCarrier.None;
        await using var stream = await tree.OpenAsync(file.Path, cancellationToken);
        var head = new byte[(int)Math.Min(file.Bytes, FormatIdentifier.HeadBytes)];
        var length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return SignatureCarriers.Detect(file.Path, head.AsSpan(0, length));
    }

    private static IEnumerable<Finding> Judge(string path, VerificationReport report, AgreementTerms terms)
    {
        if (report.Outcome is "BROKEN" or "MALFORMED" or "MIXED" or "REJECT_DTD")
        {
            yield return new Finding(terms.BrokenSignature == VerdictAction.Reject ? IngestRules.SignatureBroken : IngestRules.SignatureBrokenKept, path, Found: report.Outcome);
            yield break;
        }
        foreach (var signature in report.Signatures.Where(s => s.Indication != "TOTAL_PASSED"))
            yield return new Finding(terms.UntrustedSignature == VerdictAction.Reject ? IngestRules.SignerRefused : IngestRules.SignatureUntrusted, path,
                Found: $"{signature.Indication} {signature.SubIndication}".Trim());
        if (report.Signatures.IsEmpty && report.Outcome == "UNSUPPORTED")
            yield return new Finding(IngestRules.SignatureUntrusted, path, Found: report.Outcome);
    }
}
