using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Terms;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>Verifies the detached CMS signature that a sender gave over the whole package, against the signers of the agreement where it names any.</summary>
public sealed class PackageSignatureCheck(SignatureCollection collection, CurrentTrust trust, StagingArea staging, IOptions<PreservationOptions> options)
{
    private const string Folder = VerdictFiles.Folder + "package/";
    private readonly TimeSpan _budget = options.Value.Collection.Budget;

    /// <summary>What was found.</summary>
    /// <param name="Outcome">In a word; null when no signature was sent.</param>
    /// <param name="Finding">What the agreement makes of it; null when it is proven or neither sent nor asked for.</param>
    /// <param name="Kept">The signature and the report, for the AIP.</param>
    public sealed record Verified(string? Outcome, Finding? Finding, ImmutableArray<GeneratedText> Kept);

    /// <summary>Looks at it; the package is read once.</summary>
    public async Task<Verified> RunAsync(Submission submission, AgreementTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ArgumentNullException.ThrowIfNull(terms);
        if (submission.PackageSignature is not { } encoded)
            return new Verified(null, terms.PackageSignatureRequired ? new Finding(IngestRules.PackageSignatureMissing, "") : null, []);
        var policy = await trust.ReadAsync(cancellationToken);
        if (terms.PackageSigners.Count > 0) policy = policy with { TrustAnchors = terms.PackageAnchors() };
        var path = staging.PathOf(submission.StagingKey!);
        var signature = new SignedFile(submission.FileName + ".p7s", encoded.Length, _ => Task.FromResult<Stream>(new MemoryStream(encoded, writable: false)));
        var package = new SignedFile(submission.FileName, submission.Bytes, _ => Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));
        var reading = await SignatureVerification.ReadAsync(signature, [package], policy, cancellationToken);
        var report = await collection.ValidateAsync(reading, policy, now, now + _budget, cancellationToken);
        var (outcome, finding) = Judge(report, terms);
        var name = Convert.ToHexStringLower(submission.Sha256); // a later version of the AIP keeps its own beside
        return new Verified(outcome, finding, [new GeneratedText($"{Folder}{name}.p7s.pem", PemEncoding.WriteString("CMS", encoded) + "\n"), new GeneratedText($"{Folder}{name}.json", report.ToJson())]);
    }

    private static (string Outcome, Finding? Finding) Judge(VerificationReport report, AgreementTerms terms)
    {
        var word = VerdictSummary.Word(report.Outcome);
        if (report.Outcome == VerificationOutcome.Unsupported) return (word, Unproven(terms, word));
        if (report.Outcome != VerificationOutcome.Intact) return (word, new Finding(IngestRules.PackageSignatureBroken, "", Found: word));
        // What carries its own content says nothing of the package, however intact it is.
        if (report.Signatures.Any(s => s.Format is not ("CMS" or "CAdES") || s.Findings.Any(f => f.Rule == SignatureRules.ContentNotUsed)))
            return ("NOT_DETACHED", new Finding(IngestRules.PackageSignatureBroken, "", Found: "NOT_DETACHED"));
        foreach (var signature in report.Signatures)
        {
            var (indication, sub) = SignatureExamination.VerdictOf(signature, terms);
            word = $"{VerdictSummary.Word(indication)} {(sub is { } reason ? VerdictSummary.Word(reason) : "")}".Trim();
            if (indication != Indication.TotalPassed) return (word, Unproven(terms, word));
        }
        return (word, null);
    }

    private static Finding Unproven(AgreementTerms terms, string found) => new(terms.PackageSigners.Count > 0 ? IngestRules.PackageSignerRefused : IngestRules.PackageSignerUnproven, "", Found: found);
}
