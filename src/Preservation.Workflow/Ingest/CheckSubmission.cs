using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Checks a received submission: virus scan, archive, package rules, signatures, formats, agreement and catalogue. Every step looks at everything
/// it can, so that the sender gets all findings at once; the outcome is committed in one transaction with its events, audit entry and receipt.
/// </summary>
public sealed class CheckSubmission(
    SubmissionQueue queue, CatalogueSessions sessions, StagingArea staging, Examination examination, SignatureExamination signatures, PackageSignatureCheck packageSignatures, Receipts receipts, InstalledSchemas schemas, Limits limits, WorkTrace trace, TimeProvider clock)
{
    private const string PermanentRetention = "01"; // vĩnh viễn, Circular 05/2025 Annex III

    /// <summary>Runs all checks and records the outcome.</summary>
    /// <exception cref="LeaseLostException">Another worker has the submission.</exception>
    public async Task RunAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var (submission, terms) = await LoadAsync(claim, cancellationToken);
        var steps = new StepRecorder(queue, claim, clock);
        using var result = new CheckResult(limits);
        var (tree, archiveFindings) = await FileTrees.OpenAsync(staging.PathOf(submission.StagingKey!), limits, cancellationToken);
        result.Add(archiveFindings);
        if (tree is null)
        {
            await steps.EndAsync("unpack", 1, passed: false, new { findings = archiveFindings.Count }, cancellationToken);
        }
        else
        {
            await using (tree)
            {
                await ExamineAsync(tree, archiveFindings, terms, result, steps, cancellationToken);
                await EndAsync(claim, submission, terms, result, steps, cancellationToken);
                return;
            }
        }
        await EndAsync(claim, submission, terms, result, steps, cancellationToken);
    }

    private async Task EndAsync(SubmissionClaim claim, Submission submission, AgreementTerms terms, CheckResult result, StepRecorder steps, CancellationToken cancellationToken)
    {
        steps.Begin();
        var verified = await packageSignatures.RunAsync(submission, terms, clock.GetUtcNow(), cancellationToken);
        if (verified.Finding is { } finding) result.Add(finding);
        result.Generated.AddRange(verified.Kept);
        result.PackageSignature = verified.Outcome;
        if (verified.Outcome is not null || verified.Finding is not null)
            await steps.EndAsync("verifyPackageSignature", 6, verified.Finding?.Rule.Severity != Severity.Error, new { outcome = verified.Outcome }, cancellationToken);
        JudgeAgreement(submission, terms, result);
        await RecordAsync(claim, terms, result, cancellationToken);
    }

    private async Task ExamineAsync(
        IFileTree tree, IReadOnlyList<Finding> archiveFindings, AgreementTerms terms, CheckResult result, StepRecorder steps, CancellationToken cancellationToken)
    {
        var isSafe = !archiveFindings.Any(f => f.Rule.Severity == Severity.Error);
        await steps.EndAsync("unpack", 1, isSafe, new { findings = archiveFindings.Count }, cancellationToken);
        // What breaks a limit is not worth its cost: its directory has been judged, its content is not read.
        if (archiveFindings.Any(f => f.Rule.Code.StartsWith("LIMIT-", StringComparison.Ordinal) && f.Rule.Severity == Severity.Error)) return;

        steps.Begin();
        ExaminedPackage examined;
        using (trace.Enter("check.examine")) examined = result.Examined = await examination.RunAsync(tree, limits, cancellationToken);
        result.Add(examined.Damaged);
        result.Add(examined.Infected);
        await steps.EndAsync("virusCheck", 2, examined.Infected.IsEmpty, new { scanner = examined.ScannerVersion, files = examined.Files.Count, infected = examined.Infected.Length }, cancellationToken);

        steps.Begin();
        var examinedTree = new ExaminedTree(tree, examined.Files);
        PackageReport report;
        using (trace.Enter("check.validate")) report = result.Report = await PackageCheck.CheckAsync(examinedTree, null, Packages.Tt05.Tt05CheckOptions.Default, await schemas.GetAsync(cancellationToken), limits, cancellationToken);
        result.Add(report.Findings);
        await steps.EndAsync("validate", 3, report.Valid, new { report.Kind, report.Version, report.Files, report.Bytes, findings = report.Findings.Length }, cancellationToken);
        if (!examined.Infected.IsEmpty) return; // nothing foreign is parsed further

        steps.Begin();
        SignatureExamination.Verified verified;
        using (trace.Enter("check.signatures")) verified = await signatures.RunAsync(examinedTree, examined.Files, terms, report.Description?.RetentionCode == PermanentRetention, clock.GetUtcNow(), cancellationToken);
        result.Add(verified.Findings);
        result.Generated.AddRange(verified.Reports);
        result.Verdicts.AddRange(verified.Planned);
        result.FilesWithSignatures = verified.FilesWithSignatures;
        result.Disagreements.AddRange(verified.Disagreements);
        await steps.EndAsync("verifySignatures", 4, !verified.Findings.Any(f => f.Rule.Severity == Severity.Error),
            new { files = verified.FilesWithSignatures, signatures = verified.Signatures, verified.Verdicts }, cancellationToken);

        steps.Begin();
        var unknown = 0;
        foreach (var file in examined.Files.Where(f => f.Puid is null))
        {
            result.Add(new Finding(IngestRules.FormatUnknown, file.Path));
            unknown++;
        }
        if (report.Description is { Kind: PackageKind.Tt05 } description)
            result.Add(CircularContent.Judge(description, examined.Files.Find, verified.SignedByOrganisations, Packages.Tt05.Tt05Editions.BuiltIn.On(clock.GetUtcNow())));
        await steps.EndAsync("identifyFormats", 5, passed: true,
            new { table = Formats.FormatIdentifier.TableVersion, identified = examined.Files.Count - unknown, unknown }, cancellationToken);
    }

    private static void JudgeAgreement(Submission submission, AgreementTerms terms, CheckResult result)
    {
        if (terms.MaxPackageBytes is { } max && submission.Bytes > max)
            result.Add(new Finding(IngestRules.TooLarge, "", Text(max), Text(submission.Bytes)));
        if (result.Report is null) return;
        if (result.Report.Kind is not { } kind) result.Add(new Finding(IngestRules.KindUnknown, ""));
        else if (!terms.PackageKinds.Contains(PackageKinds.Name(kind))) result.Add(new Finding(IngestRules.KindRefused, "", string.Join(", ", terms.PackageKinds), PackageKinds.Name(kind)));
    }

    private async Task<(Submission Submission, AgreementTerms Terms)> LoadAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var submission = await session.Rows.Submissions.AsNoTracking().SingleAsync(s => s.Id == claim.Id, cancellationToken);
        var terms = await session.Rows.AgreementVersions.Where(v => v.Id == submission.AgreementVersionId).Select(v => v.Terms).SingleAsync(cancellationToken);
        return (submission, AgreementTerms.Parse(terms));
    }

    private async Task RecordAsync(SubmissionClaim claim, AgreementTerms terms, CheckResult result, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("check.record");
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var status = RecordStatus(submission, result);
            var continues = await JudgeCatalogueAsync(session, submission, status, result, cancellationToken);
            var (round, registration) = await RegistrationCheck.JudgeAsync(session, submission, result.Report?.Description?.RegistrationCode, terms.RequiresRegistration, cancellationToken);
            result.Add(registration);
            var findings = result.Findings();
            submission.RoundId = round;
            submission.RecordStatus = status;
            submission.PackageKind = result.Report?.Kind is { } kind ? PackageKinds.Name(kind) : null;
            submission.ProducerObjectId = result.Report?.Description?.ObjId;
            submission.Title = result.Report?.Description?.Title;
            submission.LeaseUntil = null;
            submission.Failures = 0;
            submission.LastProblem = null;
            var rows = Rows(submission.Id, findings);
            session.Rows.SubmissionFindings.AddRange(rows);
            var events = AddEvents(session, submission, result);
            Decide(session, submission, terms, result, events, continues);
            if (submission.Plan is not null) await FactPages.WriteAsync(session, submission.Id, result.Examined!.Files, cancellationToken);
            session.Audit(null, submission.AgencyId, "submission.checked", "submission", submission.Id.ToString(),
                new { submission.State, errors = result.Errors, findings = findings.Count, claim.Attempt });
            if (submission.State is SubmissionState.Rejected or SubmissionState.Tested or SubmissionState.Returned)
                await receipts.AddAsync(session, submission, submission.State switch { SubmissionState.Tested => ReceiptKind.Tested, SubmissionState.Returned => ReceiptKind.Returned, _ => ReceiptKind.Rejected },
                    new { state = submission.State, errors = result.Errors, findings = findings.Count, findingsDigest = Receipts.FindingsDigest(rows) }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
    }

    // The METS header speaks for the package; the sender's word in the request counts where it is silent, and always for TEST.
    private static string RecordStatus(Submission submission, CheckResult result) =>
        submission.RecordStatus == "NEW" && result.Report?.Description?.RecordStatus is "TEST" or "SUPPLEMENT" or "REPLACEMENT" ? result.Report!.Description!.RecordStatus! : submission.RecordStatus;

    // The package a SUPPLEMENT or REPLACEMENT continues; codes of every other package are taken.
    private static async Task<Guid?> JudgeCatalogueAsync(CatalogueSession session, Submission submission, string status, CheckResult result, CancellationToken cancellationToken)
    {
        if (result.Report?.Description is not { } description) return null;
        var target = Continuation.Is(status) ? await Continuation.FindAsync(session, submission, status, description, result, cancellationToken) : null;
        if (target is not null && status == "SUPPLEMENT")
        {
            using var continued = await ContinuedPackage.LoadAsync(session, target.Id, target.HeadVersion, cancellationToken);
            result.Add(continued.Refuse(description, result.Examined is { } examined ? examined.Files.Select(f => (f.Path, f.Sha512Digest)) : []));
        }
        var codes = Aliases.Of(description).Select(a => a.Value).ToArray();
        var taken = await session.Rows.PackageAliases.Where(a => codes.Contains(a.Code) && (target == null || a.PackageId != target.Id)).Select(a => new { a.Scheme, a.Code }).ToListAsync(cancellationToken);
        if (!Continuation.Is(status) || target is not null)
            result.Add(Aliases.Of(description).Where(a => taken.Exists(t => t.Scheme == a.Scheme && t.Code == a.Value)).Select(a => new Finding(IngestRules.CodeTaken, "", a.Scheme, a.Value)));
        if (description.Kind == PackageKind.Tt05) result.Add(await CircularCatalogue.JudgeAsync(session, submission, description, cancellationToken));
        return target?.Id;
    }

    private static void Decide(CatalogueSession session, Submission submission, AgreementTerms terms, CheckResult result, IReadOnlyList<PlannedEvent> events, Guid? continues)
    {
        submission.State = result.IsRefused ? SubmissionState.Rejected
            : submission.RecordStatus == "TEST" ? SubmissionState.Tested
            : result.IsReturned ? SubmissionState.Returned
            : terms.Approval == ApprovalMode.Automatic ? SubmissionState.Archiving : SubmissionState.AwaitingApproval;
        if (submission.State == SubmissionState.Returned) submission.Reason = "The agreement sends back a package with such a verdict on a signature; the findings name it.";
        if (submission.State is SubmissionState.Rejected or SubmissionState.Tested or SubmissionState.Returned)
        {
            submission.EndedAt = session.Now;
            return;
        }
        submission.Plan = new IngestPlan { Description = result.Report!.Description!, Events = [.. events], Generated = [.. result.Generated], Verdicts = [.. result.Verdicts], Continues = continues }.ToJson();
        if (result.Disagreements.Count > 0)
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.SignatureDisagreement, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = submission.AgencyId,
                SubmissionId = submission.Id, Subject = string.Join(", ", result.Disagreements.Take(10)), CreatedAt = session.Now,
            });
        if (submission.State == SubmissionState.AwaitingApproval)
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.Approval, State = TaskState.Open, Role = Role.Approver, AgencyId = submission.AgencyId,
                SubmissionId = submission.Id, Subject = submission.Title ?? submission.FileName, CreatedAt = session.Now,
            });
    }

    private static List<PlannedEvent> AddEvents(CatalogueSession session, Submission submission, CheckResult result)
    {
        var events = new List<PlannedEvent>();
        void Add(string type, bool passed, string detail, string agent)
        {
            var row = Events.Of(session, type, passed ? "success" : "fail", detail, submission, agent: agent);
            session.Rows.PremisEvents.Add(row);
            events.Add(new PlannedEvent(row.Id, row.Type, row.At, row.Outcome, row.Detail, row.Agent));
        }
        if (result.Examined is { } examined)
        {
            Add("virus check", examined.Infected.IsEmpty, $"{examined.Files.Count} files", examined.ScannerVersion);
            Add("message digest calculation", true, "SHA-256, SHA-512", Events.Software);
            Add("format identification", true, Formats.FormatIdentifier.TableVersion, Events.Software);
        }
        if (result.Report is { } report)
        {
            Add("validation", report.Valid, $"{report.Kind} {report.Version}", Events.Software);
            if (result.FilesWithSignatures > 0) Add("digital signature validation", !result.IsRefused, $"{result.FilesWithSignatures} files with signatures", Events.Software);
        }
        if (result.PackageSignature is { } word) Add("digital signature validation", word == "TOTAL_PASSED", $"signature over the package: {word}", Events.Software);
        return events;
    }

    private static List<SubmissionFinding> Rows(Guid submissionId, IReadOnlyList<Finding> findings) =>
    [.. findings.Select((f, i) => new SubmissionFinding
    {
        SubmissionId = submissionId, Ordinal = i + 1, Code = f.Rule.Code, Severity = JsonNamingPolicy.CamelCase.ConvertName(f.Rule.Severity.ToString()), Clause = f.Rule.Clause,
        Path = Clean(f.Path), Expected = Clean(f.Expected), Found = Clean(f.Found), MessageEn = Clean(f.Message.En), MessageVi = Clean(f.Message.Vi), HintEn = Clean(f.Hint.En), HintVi = Clean(f.Hint.Vi),
    })];

    // PostgreSQL keeps neither NUL nor lone surrogates; a hostile name must not stop its own finding.
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Clean(string? text) =>
        text is null ? null : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
