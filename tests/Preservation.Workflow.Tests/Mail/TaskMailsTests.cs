using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Testing.Mail;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Tasks;

namespace Preservation.Workflow.Tests.Mail;

/// <summary>What persons are sent, read by another mail reader out of a public mail server.</summary>
internal sealed class TaskMailsTests : MailFixture
{
    private MailSink _sink = null!;

    [SetUp]
    public async Task StartSink() => _sink = await MailSink.StartAsync();

    [TearDown]
    public async Task StopSink() => await _sink.DisposeAsync();

    private Task RunAsync() => Mails(_sink.Port).RunAsync(default);

    [TestCase("vi", "1 quá hạn, 1 sắp đến hạn, 2 mới", "Kính gửi Trần Thị Bưởi,", "QUÁ HẠN (1)", "Hệ thống nhận thông báo không trả lời suốt một ngày: việc quá hạn (hạn 01/03/2026 14:00)")]
    [TestCase("en", "1 overdue, 1 due soon, 2 new", "Dear Trần Thị Bưởi,", "OVERDUE (1)", "A receiver of changes has not answered for a day: việc quá hạn (due 01/03/2026 14:00)")]
    public async Task The_digest_lists_what_the_page_lists_the_overdue_first(string language, string subject, string greeting, string heading, string line)
    {
        var person = await AddPersonAsync("Trần Thị Bưởi", Role.IngestArchivist, Agency, language: language, address: "buoi@example.gov.vn");
        var fresh = await AddTaskAsync("việc mới");
        var soon = await AddTaskAsync("việc sắp đến hạn", due: Clock.GetUtcNow().AddDays(2));
        var overdue = await AddTaskAsync("việc quá hạn", due: Clock.GetUtcNow().AddHours(-1));
        var later = await AddTaskAsync("việc còn lâu", due: Clock.GetUtcNow().AddDays(30));
        await AddTaskAsync("việc của cơ quan khác", agency: Other);
        await AddTaskAsync("việc của vai trò khác", role: Role.Approver);
        await RunAsync();
        var mail = (await _sink.ReadAsync()).Single();
        Assert.That(LinkedIn(mail), Is.EqualTo(new[] { overdue, soon, later, fresh }));
        Assert.That(LinkedIn(mail), Is.EquivalentTo(await ListedAsync(person)));
        Assert.That(mail.Subject, Does.EndWith(subject));
        Assert.That(mail.Text, Does.Contain(greeting).And.Contain(heading).And.Contain(line).And.Not.Contain("khác"));
        Assert.That(mail.To, Is.EqualTo(new[] { new[] { "Trần Thị Bưởi", "buoi@example.gov.vn" } }));
        Assert.That((mail.Recipients, mail.From, mail.Language, mail.Type, mail.Charset, mail.Parts, mail.IsAscii), Is.EqualTo(("buoi@example.gov.vn", "Lưu trữ số <luutru@example.gov.vn>", language, "text/plain", "utf-8", 1, true)));
        Assert.That((mail.Defects, mail.Id.EndsWith("@example.gov.vn>", StringComparison.Ordinal)), Is.EqualTo((Array.Empty<string>(), true)));
    }

    [Test]
    public async Task It_comes_once_a_day_from_its_hour_on_and_only_when_there_is_something_new_or_due()
    {
        Clock.Advance(TimeSpan.FromHours(16)); // 2 March, 07:00 in Vietnam
        await AddPersonAsync("A", Role.IngestArchivist);
        await AddTaskAsync("một");
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Is.Empty, "before its hour");
        Clock.Advance(TimeSpan.FromMinutes(30));
        await RunAsync();
        await AddTaskAsync("hai");
        Clock.Advance(TimeSpan.FromHours(3));
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Has.Count.EqualTo(1), "one a day");
        Clock.Advance(TimeSpan.FromHours(24));
        await RunAsync();
        Clock.Advance(TimeSpan.FromHours(24));
        await RunAsync();
        var mails = await _sink.ReadAsync();
        Assert.That(mails, Has.Count.EqualTo(2), "nothing new on the third day");
        Assert.That(mails[1].Text, Does.Contain(": hai").And.Not.Contain(": một").And.Contain("đang mở mà bạn thấy: 2"));
    }

    [Test]
    public async Task Whoever_chose_none_or_is_switched_off_or_lost_the_role_is_sent_nothing()
    {
        await AddPersonAsync("không", Role.IngestArchivist, frequency: MailFrequency.Off);
        var disabled = await AddPersonAsync("khóa", Role.IngestArchivist);
        var ended = await AddPersonAsync("hết quyền", Role.IngestArchivist);
        await AddTaskAsync("một");
        await using (var session = await BeginAsync())
        {
            var person = await session.Rows.Principals.SingleAsync(p => p.Id == disabled);
            (person.DisabledAt, person.DisabledReason) = (session.Now, "nghỉ");
            (await session.Rows.RoleGrants.SingleAsync(g => g.PrincipalId == ended)).ValidUntil = session.Now;
            await session.CommitAsync(default);
        }
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_person_of_one_agency_is_never_told_of_another_agencys_task_at_once_or_in_the_digest()
    {
        var here = await AddPersonAsync("ở đây", Role.PreservationOfficer, Agency, MailFrequency.AtOnce);
        var there = await AddPersonAsync("ở kia", Role.PreservationOfficer, Other, MailFrequency.AtOnce);
        var (own, foreign) = (await AddTaskAsync("ALPHA", TaskKinds.FixityIncident, Role.PreservationOfficer), await AddTaskAsync("BETA", TaskKinds.FixityIncident, Role.PreservationOfficer, Other));
        await RunAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        var (more, moreForeign) = (await AddTaskAsync("GAMMA", TaskKinds.KeyStuffing, Role.PreservationOfficer), await AddTaskAsync("DELTA", TaskKinds.KeyStuffing, Role.PreservationOfficer, Other));
        await RunAsync();
        var mails = await _sink.ReadAsync();
        Assert.That(mails.Where(m => m.Recipients.StartsWith(here.ToString("N"), StringComparison.Ordinal)).SelectMany(LinkedIn), Is.EqualTo(new[] { own, more }));
        Assert.That(mails.Where(m => m.Recipients.StartsWith(there.ToString("N"), StringComparison.Ordinal)).SelectMany(LinkedIn), Is.EqualTo(new[] { foreign, moreForeign }));
    }

    [Test]
    public async Task A_thousand_incidents_make_one_mail_of_fifty_lines_and_a_number()
    {
        await AddPersonAsync("A", Role.PreservationOfficer, frequency: MailFrequency.AtOnce);
        await RunAsync();
        Clock.Advance(TimeSpan.FromMinutes(20));
        await using (var session = await BeginAsync())
        {
            for (var i = 0; i < 1_000; i++)
                session.Rows.Tasks.Add(new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.FixityIncident, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = $"kho-{i}", CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        await RunAsync();
        Clock.Advance(TimeSpan.FromMinutes(20));
        await RunAsync();
        var mail = (await _sink.ReadAsync()).Single();
        Assert.That(LinkedIn(mail).Distinct().Count(), Is.EqualTo(TaskNews.MostLines));
        Assert.That(mail.Subject, Does.EndWith("1.000"));
        Assert.That(mail.Text, Does.Contain("MỚI (1.000)").And.Contain("Và 950 công việc khác."));
        await using var reading = await BeginAsync();
        Assert.That(await reading.Rows.MailSendings.Select(s => new { s.Kind, s.Tasks, s.Problem }).ToListAsync(), Is.EqualTo(new[] { new { Kind = MailKind.AtOnce, Tasks = 1_000, Problem = (string?)null } }));
    }

    [Test]
    public async Task Urgent_and_given_tasks_are_told_soon_others_in_the_digest_and_none_twice()
    {
        var person = await AddPersonAsync("A", Role.IngestArchivist, frequency: MailFrequency.AtOnce);
        var colleague = await AddPersonAsync("B", Role.IngestArchivist, frequency: MailFrequency.Off);
        await AddTaskAsync("đầu tiên");
        await RunAsync(); // the digest of the day
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (given, taken, plain, urgent) = (await AddTaskAsync("được giao"), await AddTaskAsync("tự nhận"), await AddTaskAsync("bình thường"), await AddTaskAsync("khẩn", TaskKinds.WorkSilent));
        Assert.That(await AssignAsync(colleague, given, new TaskAssignment(person)), Is.EqualTo(TaskOutcome.Done));
        Assert.That(await AssignAsync(person, taken, new TaskAssignment(person)), Is.EqualTo(TaskOutcome.Done));
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Has.Count.EqualTo(1), "not yet: one mail in a quarter of an hour");
        Clock.Advance(TimeSpan.FromMinutes(10));
        await RunAsync();
        var soon = (await _sink.ReadAsync())[1];
        Assert.That(LinkedIn(soon), Is.EqualTo(new[] { given, urgent }));
        Assert.That(soon.Text, Does.Contain("VỪA GIAO CHO BẠN (1)"));
        Clock.Advance(TimeSpan.FromHours(24));
        await RunAsync();
        var digest = (await _sink.ReadAsync())[2];
        Assert.That(LinkedIn(digest), Is.EquivalentTo(new[] { taken, plain }));
        Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Two_senders_at_once_send_each_mail_once()
    {
        for (var i = 0; i < 12; i++) await AddPersonAsync($"Người {i}", Role.IngestArchivist);
        await AddTaskAsync("một");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync()));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync()));
        var mails = await _sink.ReadAsync();
        Assert.That(mails.Select(m => m.Recipients), Is.Unique);
        Assert.That(mails.Select(m => m.Id), Is.Unique);
        Assert.That(mails, Has.Count.EqualTo(12));
    }

    [Test]
    public async Task Line_ends_and_signs_of_direction_in_names_and_subjects_make_no_header_and_no_line()
    {
        await AddPersonAsync("Nguyễn\r\nBcc: all@example.gov.vn\r\n\r\nX", Role.IngestArchivist, address: "a@example.gov.vn");
        await AddTaskAsync("kho\r\n\r\nBcc: b@example.gov.vn\u2028- Giả mạo: \u202Egnod\r\n.\r\nQUIT");
        await RunAsync();
        var mail = (await _sink.ReadAsync()).Single();
        Assert.That(mail.Recipients, Is.EqualTo("a@example.gov.vn"));
        Assert.That(mail.Headers, Has.None.EqualTo("Bcc").IgnoreCase);
        Assert.That(mail.To.Single()[0], Does.Not.Contain("\r").And.Not.Contain("\n"));
        Assert.That(mail.Text.Split('\n').Where(l => l.StartsWith("Bcc", StringComparison.Ordinal) || l.StartsWith("- Giả", StringComparison.Ordinal) || l.Trim() == "QUIT"), Is.Empty);
        Assert.That(mail.Text, Does.Contain("kho    Bcc: b@example.gov.vn - Giả mạo:  gnod"));
        Assert.That(mail.Text.Contains('\u202E', StringComparison.Ordinal), Is.False);
    }

    [TestCase("vi")]
    [TestCase("en")]
    public void Every_kind_of_task_has_its_words(string language)
    {
        var texts = DocumentTexts.Load("mail.json", language);
        var kinds = typeof(TaskKinds).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();
        Assert.That(kinds, Has.Count.GreaterThan(20));
        Assert.That(kinds.Where(k => texts.Find("taskKind." + k) is null), Is.Empty);
    }

    [Test]
    public async Task Changes_of_rights_that_are_not_confirmed_are_a_number()
    {
        var person = await AddPersonAsync("A", Role.IngestArchivist, language: "en");
        await using (var session = await BeginAsync())
        {
            for (var i = 0; i < 2; i++) session.Rows.RightsNotices.Add(new RightsNotice { Id = Guid.NewGuid(), PrincipalId = person, AboutId = person, Change = RightsChange.Enabled, MadeAt = session.Now });
            await session.CommitAsync(default);
        }
        await RunAsync();
        Assert.That((await _sink.ReadAsync()).Single().Text, Does.Contain($"wait for your confirmation: 2. They are listed at {Link}/notices"));
        Clock.Advance(TimeSpan.FromHours(24));
        await RunAsync();
        Assert.That(await _sink.ReadAsync(), Has.Count.EqualTo(1), "they are no news any more");
    }

    [TestCase("a@example.gov.vn", true)]
    [TestCase("nguyen.van-a+luutru@so.example.gov.vn", true)]
    [TestCase("a@localhost", true)]
    [TestCase("a@example.gov.vn\n", false)]
    [TestCase("a@example.gov.vn\r\nBcc: b@c.vn", false)]
    [TestCase("a@b@example.gov.vn", false)]
    [TestCase("A <a@example.gov.vn>", false)]
    [TestCase("a@example.gov.vn,b@example.gov.vn", false)]
    [TestCase("\"a b\"@example.gov.vn", false)]
    [TestCase("a..b@example.gov.vn", false)]
    [TestCase("a@-x.vn", false)]
    [TestCase("ấ@example.gov.vn", false)]
    [TestCase("a b@example.gov.vn", false)]
    [TestCase("@example.gov.vn", false)]
    [TestCase(null, false)]
    public void An_address_is_one_address_and_nothing_else(string? address, bool isOne) => Assert.That(MailChoices.IsAddress(address), Is.EqualTo(isOne));

    [Test]
    public async Task A_choice_is_audited_with_the_address_in_the_erasable_detail()
    {
        var person = await AddPersonAsync("A", Role.IngestArchivist, address: "rieng@example.gov.vn");
        await using var session = await BeginAsync();
        var entry = await session.Rows.AuditEntries.SingleAsync(e => e.Action == "mail.choice");
        Assert.That((entry.PrincipalId, entry.SubjectKind, entry.SubjectId), Is.EqualTo(((Guid?)Person, "principal", person.ToString())));
        Assert.That((await session.Rows.AuditDetails.SingleAsync(d => d.EntryId == entry.Id)).Detail, Does.Contain("rieng@example.gov.vn"));
    }
}
