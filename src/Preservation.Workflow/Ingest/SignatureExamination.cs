using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Formats;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.SecondOpinions;
using Preservation.Workflow.Terms;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Ingest;

/// <summary>Verifies every signature of a submission and keeps each report for the AIP; the agreement decides what a verdict leads to.</summary>
public sealed class SignatureExamination(SignatureCollection collection, OtherVerifiers others, AnchorSets anchors, IOptions<PreservationOptions> options)
{
    private const string Folder = "metadata/other/signatures/";
    private const int MaxMaterialBytes = 8 << 20;
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
    public sealed record Verified(
        int FilesWithSignatures, int Signatures, IReadOnlyDictionary<string, int> Verdicts, ImmutableArray<Finding> Findings, ImmutableArray<GeneratedText> Reports, IReadOnlyList<string> Disagreements, IReadOnlySet<string> SignedByOrganisations);

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
        var policy = await PolicyAsync(cancellationToken);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var reports = ImmutableArray.CreateBuilder<GeneratedText>();
        var verdicts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var organisations = new HashSet<string>(StringComparer.Ordinal);
        var material = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var lists = new HashSet<string>(StringComparer.Ordinal);
        var disagreements = new List<string>();
        var asksOthers = _trust.SecondOpinion == SecondOpinionMode.Always || (_trust.SecondOpinion == SecondOpinionMode.Permanent && isPermanent);
        var (signatures, signed, until) = (0, 0, now + _budget);
        foreach (var file in files)
        {
            var carrier = await CarrierAsync(tree, file, cancellationToken);
            if (carrier == SignatureCarrier.None) continue;
            var (report, opinion) = await VerifyAsync(tree, file, files, policy, now, until, asksOthers ? carrier : null, cancellationToken);
            if (report.Outcome == VerificationOutcome.NoSignature) continue;
            signatures += Math.Max(1, report.Signatures.Length);
            verdicts[Word(report.Outcome)] = verdicts.GetValueOrDefault(Word(report.Outcome)) + 1;
            if (report.Signatures.Any(s => s.Indication == Indication.TotalPassed && s.Signer is { } signer && SignerKind.IsOrganisation(signer.Subject))) organisations.Add(file.Path);
            findings.AddRange(Judge(file.Path, report, terms));
            signed++;
            if (opinion is { Agrees: false })
            {
                disagreements.Add(file.Path);
                findings.Add(new Finding(IngestRules.SignatureDisagreement, file.Path, Word(report.Outcome), $"{opinion.Tool}: {opinion.Outcome}"));
            }
            reports.Add(new GeneratedText($"{Folder}{file.Path}.json", report.ToJson()));
            if (EtsiReport.Write(report) is { } etsi) reports.Add(new GeneratedText($"{Folder}{file.Path}.xml", etsi));
            if (opinion is not null) reports.Add(new GeneratedText($"{Folder}{file.Path}.opinion", System.Text.Json.JsonSerializer.Serialize(opinion, VerificationReport.JsonOptions)));
            lists.UnionWith(TrustBasis.ListsOf(report));
            foreach (var used in report.Used.Where(u => u.Length <= MaxMaterialBytes)) material.TryAdd(Convert.ToHexStringLower(SHA256.HashData(used.Span)), used);
        }
        if (signed > 0) reports.AddRange(Basis(policy, lists, material));
        return new Verified(signed, signatures, verdicts, findings.ToImmutable(), reports.ToImmutable(), disagreements, organisations);
    }

    // The words of ETSI EN 319 102-1 and of contracts.md.
    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private async Task<(VerificationReport Report, Opinion? Opinion)> VerifyAsync(
        IFileTree tree, FileFacts file, ExaminedFiles files, VerificationPolicy policy, DateTimeOffset now, DateTimeOffset until, SignatureCarrier? second, CancellationToken cancellationToken)
    {
        // A detached signature stands beside its content and is named after it: x.pdf and x.pdf.p7s.
        var content = files.Find(Path.ChangeExtension(file.Path, null));
        using var spool = new SpooledFiles(tree);
        var reading = await SignatureVerification.ReadAsync(spool.Signed(file), content is null ? [] : [spool.Signed(content)], policy, cancellationToken);
        var report = await collection.ValidateAsync(reading, policy, now, until, cancellationToken);
        if (second is not { } carrier || !reading.IsSigned || file.Bytes > MaxOpinionBytes || content?.Bytes > MaxOpinionBytes) return (report, null);
        return (report, await others.AskAsync(carrier, await spool.FileAsync(file, cancellationToken), content is null ? null : await spool.FileAsync(content, cancellationToken), report, cancellationToken));
    }

    // Everything by which the verdicts can be made again: policies, catalogues of algorithms, anchors, and the material itself.
    private static IEnumerable<GeneratedText> Basis(VerificationPolicy policy, HashSet<string> lists, Dictionary<string, ReadOnlyMemory<byte>> material)
    {
        foreach (var validation in policy.Validations) yield return new GeneratedText($"{Folder}basis/{validation.Id}.validation-policy", Utf8(validation.Encoded));
        foreach (var (name, encoded) in policy.Validations.SelectMany(v => v.AlgorithmFiles).DistinctBy(a => a.Name)) yield return new GeneratedText($"{Folder}basis/{name}.algorithm-catalogue", Utf8(encoded));
        foreach (var trust in TrustBasis.Of($"{Folder}basis/", policy.TrustAnchors, lists)) yield return trust;
        foreach (var (sha256, encoded) in material.OrderBy(m => m.Key, StringComparer.Ordinal))
            foreach (var one in ValidationMaterial.ReadAll(encoded))
                yield return new GeneratedText($"{Folder}material/{sha256}.pem", Pem(one.Kind switch { "CRL" => "X509 CRL", "OCSP" => "OCSP RESPONSE", var label => label }, encoded));
    }

    private static string Utf8(ReadOnlyMemory<byte> encoded) => System.Text.Encoding.UTF8.GetString(encoded.Span);

    private static string Pem(string label, ReadOnlyMemory<byte> encoded) => PemEncoding.WriteString(label, encoded.Span) + "\n";

    // Read anew for each submission: lists and anchors change while the server runs.
    private async Task<VerificationPolicy> PolicyAsync(CancellationToken cancellationToken)
    {
        var crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (_trust.Crls.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_trust.Crls, "*.crl").Order(StringComparer.Ordinal))
                crls.Add(await File.ReadAllBytesAsync(file, cancellationToken));
        return new VerificationPolicy { TrustAnchors = await anchors.CurrentAsync(cancellationToken), Crls = crls.ToImmutable() };
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
