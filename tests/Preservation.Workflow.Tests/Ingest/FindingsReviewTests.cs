using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>Findings in groups, and what became of them since the attempt before.</summary>
internal sealed class FindingsReviewTests : WorkflowFixture
{
    [Test]
    public async Task Findings_of_a_rule_stand_together_and_say_what_is_new_still_there_and_gone()
    {
        await AttemptAsync("OBJ-1", SubmissionState.Rejected, ("R-A", "error", "a.pdf"), ("R-A", "error", "b.pdf"), ("R-B", "warning", ""));
        var again = await AttemptAsync("OBJ-1", SubmissionState.AwaitingApproval, ("R-A", "warning", "b.pdf"), ("R-C", "info", "c.pdf"));
        await using var session = await BeginAsync();
        var review = await FindingsReview.LoadAsync(session, again, byDocument: false, default);
        Assert.That(review.Groups.Select(g => (g.Key, string.Join(' ', g.Findings.Select(f => $"{f.Finding.Path}:{f.Change}")))), Is.EqualTo(new[]
        {
            ("R-A", "b.pdf:Still a.pdf:Gone"), ("R-C", "c.pdf:New"), ("R-B", ":Gone"),
        }));
    }

    [Test]
    public async Task Files_of_one_document_are_one_group_under_its_abstract()
    {
        const string Plan = """{"description":{"documents":[{"id":"1","code":"H99.001","abstract":"Quyết định","descriptorPath":"m/EAD_doc_1.xml","filePaths":["d/1.pdf"],"attachmentPaths":["d/1.pdf.p7s"]}]}}""";
        var id = await AttemptAsync("OBJ-2", SubmissionState.AwaitingApproval, ("R-A", "warning", "d/1.pdf"), ("R-B", "warning", "d/1.pdf.p7s"), ("R-C", "warning", "m/EAD_doc_1.xml#row"), ("R-D", "warning", "d/2.pdf"), ("R-E", "warning", ""));
        await using (var session = await BeginAsync())
        {
            (await session.Rows.Submissions.SingleAsync(s => s.Id == id)).Plan = Plan;
            await session.CommitAsync(default);
        }
        await using var reading = await BeginAsync();
        var review = await FindingsReview.LoadAsync(reading, id, byDocument: true, default);
        Assert.That(review.Earlier, Is.Null);
        Assert.That(review.Groups.Select(g => (g.Key, g.Title, string.Join(' ', g.Findings.Select(f => f.Finding.Code)), g.Count(FindingChange.New))), Is.EqualTo(new[]
        {
            ("", null, "R-E", 0), ("H99.001", "Quyết định", "R-A R-B R-C", 0), ("d/2.pdf", (string?)null, "R-D", 0),
        }), "without an attempt before nothing is new");
    }

    [Test]
    public async Task The_attempt_before_is_the_last_one_of_the_same_package_that_was_not_kept()
    {
        await AttemptAsync("OBJ-3", SubmissionState.Rejected);
        var last = await AttemptAsync("OBJ-3", SubmissionState.Returned);
        await AttemptAsync("OBJ-3", SubmissionState.Preserved);
        await AttemptAsync("OBJ-4", SubmissionState.Rejected);
        var unreadable = await AttemptAsync(null, SubmissionState.Rejected);
        var again = await AttemptAsync("OBJ-3", SubmissionState.AwaitingApproval, "khác.zip");
        var other = await AttemptAsync("OBJ-5", SubmissionState.AwaitingApproval);
        await using var session = await BeginAsync();
        Assert.That((await EarlierAttempt.FindAsync(session, again, default))?.Submission, Is.EqualTo(last));
        Assert.That((await EarlierAttempt.FindAsync(session, other, default))?.Submission, Is.EqualTo(unreadable), "the same file, which could not be read then");
        Assert.That(await EarlierAttempt.FindAsync(session, last, default), Is.Not.Null);
    }

    [Test]
    public async Task The_queue_counts_what_changed_and_tells_its_pages_the_oldest_first()
    {
        await AttemptAsync("OBJ-6", SubmissionState.Rejected, ("R-A", "error", "a.pdf"), ("R-B", "error", "b.pdf"));
        var first = await AttemptAsync("OBJ-6", SubmissionState.AwaitingApproval, ("R-B", "warning", "b.pdf"), ("R-C", "warning", "c.pdf"), ("R-D", "info", "d.pdf"));
        var second = await AttemptAsync("OBJ-7", SubmissionState.AwaitingApproval);
        await using var session = await BeginAsync();
        var page = await QueuedSubmission.ListAsync(session, null, 1, 60, default);
        Assert.That(page.Select(q => (q.Id, q.Findings, q.New, q.Gone, q.Due)), Is.EqualTo(new[] { (first, 3, 2, 1, new DateOnly(2026, 4, 30)) }));
        Assert.That((await QueuedSubmission.ListAsync(session, first, 10, 60, default)).Select(q => (q.Id, q.Earlier)), Is.EqualTo(new[] { (second, (Guid?)null) }));
    }

    private async Task<Guid> AttemptAsync(string? objectId, SubmissionState state, params (string Code, string Severity, string Path)[] findings) => await AttemptAsync(objectId, state, "gói.zip", findings);

    private async Task<Guid> AttemptAsync(string? objectId, SubmissionState state, string fileName, params (string Code, string Severity, string Path)[] findings)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        var id = await AddSubmissionAsync(state, s => (s.ProducerObjectId, s.FileName) = (objectId, fileName));
        await using var session = await BeginAsync();
        session.Rows.SubmissionFindings.AddRange(findings.Select((f, i) => new SubmissionFinding
        {
            SubmissionId = id, Ordinal = i + 1, Code = f.Code, Severity = f.Severity, Clause = "c", Path = f.Path, MessageEn = "m", MessageVi = "t", HintEn = "h", HintVi = "g",
        }));
        await session.CommitAsync(default);
        return id;
    }
}
