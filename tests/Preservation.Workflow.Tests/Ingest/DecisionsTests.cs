using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>Approval and return by persons: one of them, two of them, several at once, and of a whole round.</summary>
internal sealed class DecisionsTests : IngestFixture
{
    private readonly Guid _registration = Guid.NewGuid();
    private readonly Guid _round = Guid.NewGuid();
    private Caller _first = null!;
    private Caller _second = null!;
    private Caller _system = null!;
    private Guid _twoPersons;
    private Guid _onePerson;

    [SetUp]
    public async Task AddPeopleAndTerms()
    {
        await using var session = await BeginAsync();
        (_first, _second, _system) = (Add("Trần Thị B", PrincipalKind.Person), Add("Lê Văn C", PrincipalKind.Person), Add("Hệ thống", PrincipalKind.System));
        await session.FlushAsync(default);
        var agreement = await session.Rows.Agreements.SingleAsync();
        (_onePerson, _twoPersons) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var (id, version, approval) in new[] { (_onePerson, 2, "person"), (_twoPersons, 3, "twoPersons") })
            session.Rows.AgreementVersions.Add(new AgreementVersion { Id = id, AgreementId = agreement.Id, Version = version, EffectiveFrom = session.Now, Terms = $$"""{"approval":"{{approval}}"}""", CreatedAt = session.Now });
        var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
        session.Rows.Registrations.Add(new Registration
        {
            Id = _registration, AgencyId = Agency, AgreementId = agreement.Id, Code = "NL.H99.1.2026.01", Year = 2026, Ordinal = 1, Title = "Hồ sơ", PlannedPackages = 3, PlannedFrom = today, State = RegistrationState.Accepted,
            RequestedBy = Person, RequestedAt = session.Now, AnswerDue = today,
        });
        await session.FlushAsync(default);
        session.Rows.RegistrationRounds.Add(new RegistrationRound { Id = _round, RegistrationId = _registration, Number = 1, OpensOn = today, ClosesOn = today, PlannedPackages = 3, OpenedBy = _first.PrincipalId, OpenedAt = session.Now });
        await session.CommitAsync(default);

        Caller Add(string name, PrincipalKind kind)
        {
            var id = Guid.NewGuid();
            session.Rows.Principals.Add(new Principal { Id = id, Kind = kind, Name = name, ValidFrom = session.Now, CreatedAt = session.Now });
            return new Caller(id, kind, name, null, ImmutableArray<RoleGrant>.Empty);
        }
    }

    [Test]
    public async Task Under_two_persons_the_first_approval_waits_for_another_person()
    {
        var id = await WaitingAsync(_twoPersons);
        Assert.That(await ApproveAsync(_system, id), Is.EqualTo(DecisionOutcome.NotAPerson));
        Assert.That(await ApproveAsync(_first, id), Is.EqualTo(DecisionOutcome.FirstOfTwo));
        Assert.That(await ApproveAsync(_first, id), Is.EqualTo(DecisionOutcome.SamePerson));
        Assert.That(await StateAsync(id), Is.EqualTo(SubmissionState.AwaitingApproval));
        Assert.That(await ApproveAsync(_second, id), Is.EqualTo(DecisionOutcome.Done));
        Assert.That(await StateAsync(id), Is.EqualTo(SubmissionState.Archiving));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.DecisionSubmissions.Where(d => d.SubmissionId == id).Join(session.Rows.Decisions, o => o.DecisionId, d => d.Id, (o, d) => new { d.Id, o.Effect, d.DecidedBy }).OrderBy(x => x.Effect).Select(x => x.DecidedBy).ToListAsync(),
            Is.EqualTo(new[] { _second.PrincipalId, _first.PrincipalId }));
        Assert.That(await session.Rows.AuditEntries.Where(e => e.SubjectId == id.ToString()).OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(), Is.EqualTo(new[] { "submission.firstApproval", "submission.approved" }));
    }

    [Test]
    public async Task Two_first_approvals_at_once_are_a_first_and_a_second()
    {
        var id = await WaitingAsync(_twoPersons);
        var outcomes = await Task.WhenAll(ApproveAsync(_first, id), ApproveAsync(_second, id));
        Assert.That(outcomes, Is.EquivalentTo(new[] { DecisionOutcome.FirstOfTwo, DecisionOutcome.Done }));
    }

    [Test]
    public async Task Of_an_approval_and_a_return_at_once_one_wins_and_the_other_is_told()
    {
        for (var i = 0; i < 8; i++)
        {
            var id = await WaitingAsync(_onePerson);
            var outcomes = await Task.WhenAll(ApproveAsync(_first, id), ReturnAsync(_second, id, "Thiếu"));
            Assert.That(outcomes, Is.EquivalentTo(new[] { DecisionOutcome.Done, DecisionOutcome.NotWaiting }));
            Assert.That(await StateAsync(id), Is.EqualTo(outcomes[0] == DecisionOutcome.Done ? SubmissionState.Archiving : SubmissionState.Returned));
            await using var session = await BeginAsync();
            Assert.That(await session.Rows.DecisionSubmissions.CountAsync(d => d.SubmissionId == id), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Reasons_of_single_findings_are_kept_and_stand_in_the_receipt()
    {
        var id = await WaitingAsync(_onePerson, findings: 3);
        Assert.That(await ReturnAsync(_first, id, "Xem từng mục", new FindingReason(9, "không có")), Is.EqualTo(DecisionOutcome.NoSuchFinding));
        Assert.That(await ReturnAsync(_first, id, "Xem từng mục", new FindingReason(3, "Thiếu <b>chữ ký</b>"), new FindingReason(1, "Sai ngày")), Is.EqualTo(DecisionOutcome.Done));
        await using var session = await BeginAsync();
        var receipt = JsonDocument.Parse((await session.Rows.Receipts.SingleAsync(r => r.SubmissionId == id && r.Kind == ReceiptKind.Returned)).Body).RootElement.GetProperty("outcome");
        Assert.That(receipt.GetProperty("reason").GetString(), Is.EqualTo("Xem từng mục"));
        Assert.That(receipt.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("ordinal").GetInt32(), f.GetProperty("code").GetString(), f.GetProperty("path").GetString(), f.GetProperty("reason").GetString())),
            Is.EqualTo(new[] { (1, "R-1", "data/1.pdf", "Sai ngày"), (3, "R-3", "data/3.pdf", "Thiếu <b>chữ ký</b>") }));
        Assert.That(await session.Rows.DecisionReasons.OrderBy(r => r.Ordinal).Select(r => r.Reason).ToListAsync(), Is.EqualTo(new[] { "Sai ngày", "Thiếu <b>chữ ký</b>" }));
    }

    [Test]
    public async Task A_round_is_approved_by_one_decision_that_names_all_and_says_why_it_left_some()
    {
        var (one, two) = (await WaitingAsync(_onePerson, inRound: true), await WaitingAsync(_onePerson, inRound: true));
        var own = await WaitingAsync(_onePerson, inRound: true, sender: _first.PrincipalId);
        var four = await WaitingAsync(_twoPersons, inRound: true);
        var checking = await AddSubmissionAsync(SubmissionState.Rejected, s => s.RoundId = _round);
        var elsewhere = await WaitingAsync(_onePerson);
        var approval = await ApproveRoundAsync(_first, null);
        Assert.That(approval.Submissions.Select(s => (s.Submission, s.Effect, s.State)), Is.EquivalentTo(new[]
        {
            (one, DecisionEffect.Approved, SubmissionState.Archiving), (two, DecisionEffect.Approved, SubmissionState.Archiving), (own, DecisionEffect.OwnSubmission, SubmissionState.AwaitingApproval),
            (four, DecisionEffect.FirstApproval, SubmissionState.AwaitingApproval), (checking, DecisionEffect.NotWaiting, SubmissionState.Rejected),
        }));
        foreach (var (id, state) in new[] { (one, SubmissionState.Archiving), (two, SubmissionState.Archiving), (own, SubmissionState.AwaitingApproval), (four, SubmissionState.AwaitingApproval), (elsewhere, SubmissionState.AwaitingApproval) })
            Assert.That(await StateAsync(id), Is.EqualTo(state));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.AuditEntries.Where(e => e.Action == "round.approved").Select(e => e.SubjectId).ToListAsync(), Is.EqualTo(new[] { approval.Decision.ToString() }), "once");
        Assert.That((await session.Rows.Decisions.SingleAsync()).RoundId, Is.EqualTo((Guid?)_round));
        Assert.That(await session.Rows.DecisionSubmissions.CountAsync(d => d.DecisionId == approval.Decision), Is.EqualTo(5));
        Assert.That(await session.Rows.PremisEvents.Where(e => e.Type == "appraisal").Select(e => e.Outcome).ToListAsync(), Is.EquivalentTo(new[] { "approved", "approved", "firstApproval" }));
    }

    [Test]
    public async Task A_round_in_which_something_else_waits_than_was_seen_is_left_as_it_is()
    {
        var one = await WaitingAsync(_onePerson, inRound: true);
        var seen = RoundDecisions.DigestOf([one]);
        await WaitingAsync(_onePerson, inRound: true);
        Assert.That((await ApproveRoundAsync(_first, seen)).Refusal, Is.EqualTo(RoundRefusal.Changed));
        Assert.That(await StateAsync(one), Is.EqualTo(SubmissionState.AwaitingApproval));
        Assert.That((await ApproveRoundAsync(_first, null)).Refusal, Is.Null);
        Assert.That((await ApproveRoundAsync(_first, null)).Refusal, Is.EqualTo(RoundRefusal.NothingWaits));
    }

    [Test]
    public async Task Two_who_approve_a_round_at_once_decide_once()
    {
        for (var i = 0; i < 20; i++) await WaitingAsync(_onePerson, inRound: true);
        var outcomes = await Task.WhenAll(ApproveRoundAsync(_first, null), ApproveRoundAsync(_second, null));
        Assert.That(outcomes.Select(o => o.Refusal), Is.EquivalentTo(new RoundRefusal?[] { null, RoundRefusal.NothingWaits }));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.DecisionSubmissions.CountAsync(), Is.EqualTo(20));
    }

    [Test]
    public async Task What_a_decision_says_cannot_be_changed_afterwards()
    {
        var id = await WaitingAsync(_onePerson);
        await ReturnAsync(_first, id, "Thiếu");
        foreach (var sql in new[] { "UPDATE decision SET reason = 'x'", "DELETE FROM decision_submission", "UPDATE decision_submission SET effect = 'Approved'" })
        {
            await using var session = await BeginAsync();
            await using var command = session.Command(sql);
            Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<Npgsql.PostgresException>(), sql);
        }
    }

    private async Task<Guid> WaitingAsync(Guid terms, bool inRound = false, Guid? sender = null, int findings = 0)
    {
        var id = await AddSubmissionAsync(SubmissionState.AwaitingApproval, s => (s.AgreementVersionId, s.RoundId, s.SubmittedBy) = (terms, inRound ? _round : null, sender ?? Person));
        await using var session = await BeginAsync();
        for (var i = 1; i <= findings; i++)
            session.Rows.SubmissionFindings.Add(new SubmissionFinding { SubmissionId = id, Ordinal = i, Code = $"R-{i}", Severity = "warning", Clause = "c", Path = $"data/{i}.pdf", MessageEn = "m", MessageVi = "t", HintEn = "h", HintVi = "g" });
        await session.CommitAsync(default);
        return id;
    }

    private async Task<DecisionOutcome> ApproveAsync(Caller caller, Guid id)
    {
        await using var session = await BeginAsync();
        var outcome = await Decisions.ApproveAsync(session, caller, id, default);
        if (outcome is DecisionOutcome.Done or DecisionOutcome.FirstOfTwo) await session.CommitAsync(default);
        return outcome;
    }

    private async Task<DecisionOutcome> ReturnAsync(Caller caller, Guid id, string reason, params FindingReason[] findings)
    {
        await using var session = await BeginAsync();
        var outcome = await Services.GetRequiredService<Decisions>().ReturnAsync(session, caller, id, reason, findings, default);
        if (outcome == DecisionOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    private async Task<RoundDecisions.Approval> ApproveRoundAsync(Caller caller, string? seen)
    {
        await using var session = await BeginAsync();
        var approval = await RoundDecisions.ApproveAsync(session, caller, _registration, 1, seen, default);
        if (approval.Refusal is null) await session.CommitAsync(default);
        return approval;
    }

    private async Task<SubmissionState> StateAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Submissions.Where(s => s.Id == id).Select(s => s.State).SingleAsync();
    }
}
