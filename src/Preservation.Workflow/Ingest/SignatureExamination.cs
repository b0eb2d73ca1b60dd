using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Evidence;
using Preservation.Evidence.Carriers;
using Preservation.Formats;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.SecondOpinions;
using Preservation.Workflow.Terms;
using Preservation.Workflow.Trust;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>Verifies every signature of a submission, and every evidence record that others made, and keeps each report for the AIP; the agreement decides what a verdict leads to.</summary>
public sealed class SignatureExamination(SignatureCollection collection, OtherVerifiers others, CurrentTrust trust, IOptions<PreservationOptions> options)
{
    private const string Folder = VerdictFiles.Folder;
    private const long MaxOpinionBytes = 256L << 20;
    private readonly TrustOptions _trust = options.Value.Trust;
    private readonly TimeSpan _budget = options.Value.Collection.Budget;

    /// <summary>What was found.</summary>
    /// <param name="FilesWithSignatures">Files that carry at least one.</param>
    /// <param name="Signatures">Signatures in all.</param>
    /// <param name="Verdicts">How many files had which outcome.</param>
    /// <param name="Findings">What the agreement makes of them.</param>
    /// <param name="Reports">For <c>metadata/other/signatures/</c>: one report a file, as JSON and as ETSI TS 119 102-2, and what they rest on.</param>
    /// <param name="Disagreements">Files about which another verifier contradicts ours.</param>
    /// <param name="SignedByOrganisations">Files with a signature of an organisation that is proven valid; of a detached one its own file.</param>
    /// <param name="Planned">Each report's summary for the catalogue, and its signatures for PREMIS.</param>
    public sealed record Verified(
        int FilesWithSignatures, int Signatures, IReadOnlyDictionary<string, int> Verdicts, ImmutableArray<Finding> Findings, ImmutableArray<GeneratedText> Reports, IReadOnlyList<string> Disagreements, IReadOnlySet<string> SignedByOrganisations, ImmutableArray<PlannedVerdict> Planned);

    /// <summary>Looks at every file that can carry a signature.</summary>
    /// <param name="tree">The submission.</param>
    /// <param name="files">Its files.</param>
    /// <param name="terms">What the agreement makes of verdicts.</param>
    /// <param name="isPermanent">Is it kept for good: then other verifiers are asked too, unless that is switched off.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<Verified> RunAsync(IFileTree tree, ExaminedFiles files, AgreementTerms terms, bool isPermanent, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(terms);
        var policy = await trust.ReadAsync(cancellationToken);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var reports = ImmutableArray.CreateBuilder<GeneratedText>();
        var verdicts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var organisations = new HashSet<string>(StringComparer.Ordinal);
        var material = new SortedDictionary<string, GeneratedText>(StringComparer.Ordinal);
        var lists = new HashSet<string>(StringComparer.Ordinal);
        var planned = ImmutableArray.CreateBuilder<PlannedVerdict>();
        var disagreements = new List<string>();
        var asksOthers = _trust.SecondOpinion == SecondOpinionMode.Always || (_trust.SecondOpinion == SecondOpinionMode.Permanent && isPermanent);
        var (signatures, carrying, until) = (0, 0, now + _budget);
        foreach (var file in files)
        {
            var (carrier, isRecord) = await CarrierAsync(tree, file, cancellationToken);
            if (carrier == SignatureCarrier.None && !isRecord) continue;
            if (await EvidenceAsync(tree, file, files, policy, now, cancellationToken) is { } evidence)
            {
                verdicts[Word(evidence.Outcome)] = verdicts.GetValueOrDefault(Word(evidence.Outcome)) + 1;
                reports.Add(new GeneratedText($"{Folder}{file.Path}.evidence.json", evidence.ToJson()));
                if (RuleOf(evidence, terms) is { } rule) findings.Add(new Finding(rule, file.Path, Found: Word(evidence.Outcome)));
            }
            if (isRecord) continue;
            var (reading, report, opinion, signed) = await VerifyAsync(tree, file, files, policy, now, until, asksOthers ? carrier : null, cancellationToken);
            if (report.Outcome == VerificationOutcome.NoSignature) continue;
            signatures += Math.Max(1, report.Signatures.Length);
            verdicts[Word(report.Outcome)] = verdicts.GetValueOrDefault(Word(report.Outcome)) + 1;
            if (report.Signatures.Any(s => VerdictOf(s, terms).Indication == Indication.TotalPassed && s.Signer is { } signer && SignerKind.IsOrganisation(signer.Subject))) organisations.Add(file.Path);
            findings.AddRange(Judge(file.Path, report, terms));
            carrying++;
            if (opinion is { Agrees: false })
            {
                disagreements.Add(file.Path);
                findings.Add(new Finding(IngestRules.SignatureDisagreement, file.Path, Word(report.Outcome), $"{opinion.Tool}: {opinion.Outcome}"));
            }
            reports.Add(new GeneratedText($"{Folder}{file.Path}.json", report.ToJson()));
            if (EtsiReport.Write(report) is { } etsi) reports.Add(new GeneratedText($"{Folder}{file.Path}.xml", etsi));
            if (opinion is not null) reports.Add(new GeneratedText($"{Folder}{file.Path}.opinion", System.Text.Json.JsonSerializer.Serialize(opinion, AuditJson.Options)));
            foreach (var one in VerdictFiles.Material(report)) material.TryAdd(one.Path, one with { Path = Folder + one.Path });
            lists.UnionWith(TrustBasis.ListsOf(report));
            planned.Add(new PlannedVerdict(VerdictSummary.Of(report, policy, now), signed, SignatureInformation.Of(reading)));
        }
        if (carrying > 0) reports.AddRange(VerdictFiles.Rules(policy, lists).Select(r => r with { Path = Folder + r.Path }).Concat(material.Values));
        return new Verified(carrying, signatures, verdicts, findings.ToImmutable(), reports.ToImmutable(), disagreements, organisations, planned.ToImmutable());
    }

    private static string Word<T>(T value) where T : struct, Enum => VerdictSummary.Word(value);

    private async Task<(SignatureReading Reading, VerificationReport Report, Opinion? Opinion, string Signed)> VerifyAsync(
        IFileTree tree, FileFacts file, ExaminedFiles files, VerificationPolicy policy, DateTimeOffset now, DateTimeOffset until, SignatureCarrier? second, CancellationToken cancellationToken)
    {
        // A detached signature stands beside its content and is named after it: x.pdf and x.pdf.p7s.
        var content = files.Find(Path.ChangeExtension(file.Path, null));
        using var spool = new SpooledFiles(tree);
        var reading = await SignatureVerification.ReadAsync(spool.Signed(file), content is null ? [] : [spool.Signed(content)], policy, cancellationToken);
        var report = await collection.ValidateAsync(reading, policy, now, until, cancellationToken);
        // A signature that encloses what it is over makes no use of the file beside it.
        var signed = content is not null && report.Signatures.Any(s => s.Format is "CMS" or "CAdES") && !report.Signatures.Any(s => s.Findings.Any(f => f.Rule == SignatureRules.ContentNotUsed)) ? content.Path : file.Path;
        if (second is not { } carrier || !reading.IsSigned || file.Bytes > MaxOpinionBytes || content?.Bytes > MaxOpinionBytes) return (reading, report, null, signed);
        return (reading, report, await others.AskAsync(carrier, await spool.FileAsync(file, cancellationToken), content is null ? null : await spool.FileAsync(content, cancellationToken), report, cancellationToken), signed);
    }

    // A record others made stands beside what it is over, as a signature does, or within a signature or container.
    private static async Task<VerificationReport?> EvidenceAsync(IFileTree tree, FileFacts file, ExaminedFiles files, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var spool = new SpooledFiles(tree);
        var content = files.Find(Path.ChangeExtension(file.Path, null));
        return await EvidenceVerification.EvidenceAsync(spool.Signed(file), content is null ? [] : [spool.Signed(content)], policy, now, cancellationToken);
    }

    private static Rule? RuleOf(VerificationReport evidence, AgreementTerms terms) => evidence.Outcome switch
    {
        VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct when evidence.Evidence.All(e => e.CoveredFrom is not null) => null,
        VerificationOutcome.ErInvalid or VerificationOutcome.ErDataMismatch or VerificationOutcome.ErMalformed or VerificationOutcome.RejectDtd =>
            RuleOf(terms.BrokenSignature, IngestRules.EvidenceBroken, IngestRules.EvidenceBrokenKept),
        _ => IngestRules.EvidenceUnproven,
    };

    private static async Task<(SignatureCarrier Carrier, bool IsRecord)> CarrierAsync(IFileTree tree, FileFacts file, CancellationToken cancellationToken)
    {
        if (file.MediaType?.StartsWith("image/", StringComparison.Ordinal) == true || file.Bytes == 0) return (SignatureCarrier.None, false);
        await using var stream = await tree.OpenAsync(file.Path, cancellationToken);
        var head = new byte[(int)Math.Min(file.Bytes, FormatIdentifier.HeadBytes)];
        var length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return (SignatureCarriers.Detect(file.Path, head.AsSpan(0, length)), EvidenceCarriers.IsRecord(file.Path, head.AsSpan(0, length)));
    }

    private static IEnumerable<Finding> Judge(string path, VerificationReport report, AgreementTerms terms)
    {
        if (report.Outcome is VerificationOutcome.Broken or VerificationOutcome.Malformed or VerificationOutcome.Mixed or VerificationOutcome.RejectDtd)
        {
            yield return new Finding(RuleOf(terms.BrokenSignature, IngestRules.SignatureBroken, IngestRules.SignatureBrokenKept), path, Found: Word(report.Outcome));
            yield break;
        }
        if (report.Outcome == VerificationOutcome.Unsupported)
            yield return new Finding(RuleOf(terms.UnsupportedSignature, IngestRules.SignatureUnsupportedRefused, IngestRules.SignatureUnsupported), path, Found: report.Signatures.Select(s => s.Format).FirstOrDefault() ?? Word(report.Outcome));
        foreach (var signature in report.Signatures.Where(s => s.Cryptographic != VerificationOutcome.Unsupported))
        {
            var (indication, sub) = VerdictOf(signature, terms);
            if (terms.ActionFor(indication, sub) is { } action)
                yield return new Finding(RuleOf(action, IngestRules.SignerRefused, IngestRules.SignatureUntrusted), path, Found: $"{terms.SignaturePolicy}: {Word(indication)} {(sub is { } reason ? Word(reason) : "")}".Trim());
        }
    }

    /// <summary>By the policy that the agreement names.</summary>
    internal static (Indication Indication, SubIndication? Sub) VerdictOf(SignatureReport signature, AgreementTerms terms) =>
        signature.Verdicts.FirstOrDefault(v => v.Policy == terms.SignaturePolicy) is { } verdict ? (verdict.Indication, verdict.SubIndication) : (signature.Indication, signature.SubIndication);

    private static Rule RuleOf(VerdictAction action, Rule refused, Rule kept) => action switch
    {
        VerdictAction.Reject => refused,
        VerdictAction.Return => IngestRules.SignatureReturned,
        _ => kept,
    };
}
