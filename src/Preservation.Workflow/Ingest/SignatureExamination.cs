using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Formats;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Options;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Ingest;

/// <summary>Verifies every signature of a submission and keeps each report for the AIP; the agreement decides what a verdict leads to.</summary>
public sealed class SignatureExamination(IOptions<PreservationOptions> options)
{
    private readonly TrustOptions _trust = options.Value.Trust;

    /// <summary>What was found.</summary>
    /// <param name="FilesWithSignatures">Files that carry at least one.</param>
    /// <param name="Signatures">Signatures in all.</param>
    /// <param name="Verdicts">How many files had which outcome.</param>
    /// <param name="Findings">What the agreement makes of them.</param>
    /// <param name="Reports">One report a file, for <c>metadata/other/signatures/</c>.</param>
    /// <param name="SignedByOrganisations">Files with a signature of an organisation that is proven valid; of a detached one its own file.</param>
    public sealed record Verified(
        int FilesWithSignatures, int Signatures, IReadOnlyDictionary<string, int> Verdicts, ImmutableArray<Finding> Findings, ImmutableArray<GeneratedText> Reports, IReadOnlySet<string> SignedByOrganisations);

    /// <summary>Looks at every file that can carry a signature.</summary>
    public async Task<Verified> RunAsync(IFileTree tree, ExaminedFiles files, AgreementTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(terms);
        var policy = await PolicyAsync(cancellationToken);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var reports = ImmutableArray.CreateBuilder<GeneratedText>();
        var verdicts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var organisations = new HashSet<string>(StringComparer.Ordinal);
        var signatures = 0;
        foreach (var file in files)
        {
            if (await CarrierAsync(tree, file, cancellationToken) == SignatureCarrier.None) continue;
            var report = await VerifyAsync(tree, file, files, policy, now, cancellationToken);
            if (report.Outcome == VerificationOutcome.NoSignature) continue;
            signatures += Math.Max(1, report.Signatures.Length);
            verdicts[Word(report.Outcome)] = verdicts.GetValueOrDefault(Word(report.Outcome)) + 1;
            if (report.Signatures.Any(s => s.Indication == Indication.TotalPassed && s.Signer is { } signer && SignerKind.IsOrganisation(signer.Subject))) organisations.Add(file.Path);
            findings.AddRange(Judge(file.Path, report, terms));
            reports.Add(new GeneratedText($"metadata/other/signatures/{file.Path}.json", report.ToJson()));
        }
        return new Verified(reports.Count, signatures, verdicts, findings.ToImmutable(), reports.ToImmutable(), organisations);
    }

    // The words of ETSI EN 319 102-1 and of contracts.md.
    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private static async Task<VerificationReport> VerifyAsync(
        IFileTree tree, FileFacts file, ExaminedFiles files, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A detached signature stands beside its content and is named after it: x.pdf and x.pdf.p7s.
        var content = files.Find(Path.ChangeExtension(file.Path, null));
        using var spool = new SpooledFiles(tree);
        return await SignatureVerification.VerifyAsync(spool.Signed(file), content is null ? [] : [spool.Signed(content)],
            policy, now, cancellationToken);
    }

    // Read anew for each submission: lists and anchors change while the server runs.
    private async Task<VerificationPolicy> PolicyAsync(CancellationToken cancellationToken)
    {
        var crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (_trust.Crls.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_trust.Crls, "*.crl").Order(StringComparer.Ordinal))
                crls.Add(await File.ReadAllBytesAsync(file, cancellationToken));
        return new VerificationPolicy { TrustAnchors = _trust.Anchors.Length == 0 ? TrustAnchors.None : TrustAnchors.Load([_trust.Anchors]), Crls = crls.ToImmutable() };
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
        if (report.Outcome is VerificationOutcome.Broken or VerificationOutcome.Malformed or VerificationOutcome.Mixed or VerificationOutcome.RejectDtd)
        {
            yield return new Finding(terms.BrokenSignature == VerdictAction.Reject ? IngestRules.SignatureBroken : IngestRules.SignatureBrokenKept, path, Found: Word(report.Outcome));
            yield break;
        }
        if (report.Outcome == VerificationOutcome.Unsupported)
        {
            yield return new Finding(IngestRules.SignatureUnsupported, path, Found: report.Signatures.Select(s => s.Format).FirstOrDefault() ?? Word(report.Outcome));
            yield break;
        }
        foreach (var signature in report.Signatures.Where(s => s.Indication != Indication.TotalPassed))
            yield return new Finding(terms.UntrustedSignature == VerdictAction.Reject ? IngestRules.SignerRefused : IngestRules.SignatureUntrusted, path,
                Found: $"{Word(signature.Indication)} {(signature.SubIndication is { } sub ? Word(sub) : "")}".Trim());
    }
}
