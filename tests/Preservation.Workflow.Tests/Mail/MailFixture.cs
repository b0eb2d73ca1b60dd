using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Testing.Mail;
using Preservation.Workflow.Access;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tasks;

namespace Preservation.Workflow.Tests.Mail;

/// <summary>Persons with roles who want mail, their tasks, and a second agency whose tasks are none of theirs.</summary>
internal abstract class MailFixture : WorkflowFixture
{
    protected const string Link = "https://luutru.example.gov.vn";

    protected Guid Other { get; } = Guid.NewGuid();

    protected TaskDesk Desk => new(Database.Sessions);

    [SetUp]
    public async Task AddOther()
    {
        await using var session = await BeginAsync();
        session.Rows.Agencies.Add(new Agency { Id = Other, Name = "Sở khác", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    protected TaskMails Mails(int port, Action<MailOptions>? change = null)
    {
        var settings = Settings.Of(o =>
        {
            (o.Mail.Host, o.Mail.Port, o.Mail.Security, o.Mail.From, o.Mail.Link, o.Mail.Timeout) = ("127.0.0.1", port, MailSecurity.None, "Lưu trữ số <luutru@example.gov.vn>", Link + "/", TimeSpan.FromSeconds(30));
            change?.Invoke(o.Mail);
        });
        return new TaskMails(Database.Sessions, new MailPost(settings), settings, NullLogger<TaskMails>.Instance);
    }

    protected async Task<Guid> AddPersonAsync(string name, Role role, Guid? agency = null, MailFrequency frequency = MailFrequency.Daily, string language = "vi", string? address = null)
    {
        var id = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            session.Rows.Principals.Add(new Principal { Id = id, Kind = PrincipalKind.Person, Name = name, ValidFrom = session.Now, CreatedAt = session.Now });
            await session.FlushAsync(default);
            session.Rows.RoleGrants.Add(new RoleGrant
            {
                Id = Guid.NewGuid(), PrincipalId = id, Role = role, Scope = agency is null ? GrantScope.Everything : GrantScope.Agency, AgencyId = agency, ValidFrom = session.Now, Basis = "thử", CreatedAt = session.Now,
            });
            await session.CommitAsync(default);
        }
        await ChooseAsync(id, frequency, language, address ?? $"{id:N}@example.gov.vn");
        return id;
    }

    protected async Task ChooseAsync(Guid person, MailFrequency frequency, string language, string address)
    {
        await using var session = await BeginAsync();
        Assert.That(await MailChoices.SetAsync(session, Person, person, address, language, frequency, default), Is.InstanceOf<RightsOutcome.Done>());
        await session.CommitAsync(default);
    }

    protected async Task<Guid> AddTaskAsync(string subject, string kind = TaskKinds.WebhookPaused, Role role = Role.IngestArchivist, Guid? agency = null, DateTimeOffset? due = null)
    {
        await using var session = await BeginAsync();
        var task = new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = kind, State = TaskState.Open, Role = role, AgencyId = agency ?? Agency, Subject = subject, CreatedAt = session.Now, DueAt = due };
        session.Rows.Tasks.Add(task);
        await session.CommitAsync(default);
        return task.Id;
    }

    protected async Task<Caller> CallerAsync(Guid person)
    {
        await using var session = await BeginAsync();
        return (await Callers.OfPersonAsync(session, person, default))!;
    }

    /// <summary>What a person does on the page of a task.</summary>
    protected async Task<TaskOutcome> AssignAsync(Guid by, Guid task, TaskAssignment wanted)
    {
        var caller = await CallerAsync(by);
        await using var session = await Database.Sessions.BeginAsync(caller.ScopeOf(TaskRoom.Workers.AsSpan()), default);
        var outcome = await Desk.AssignAsync(session, caller, task, wanted, default);
        if (outcome == TaskOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    protected async Task<TaskOutcome> DecideAsync(Guid by, Guid task, string decision, int? seen = null)
    {
        var caller = await CallerAsync(by);
        await using var session = await Database.Sessions.BeginAsync(caller.ScopeOf(TaskRoom.Workers.AsSpan()), default);
        var outcome = await TaskDesk.DecideAsync(session, caller, task, decision, seen, default);
        if (outcome == TaskOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    /// <summary>The open tasks that the list shows the person.</summary>
    protected async Task<ImmutableHashSet<Guid>> ListedAsync(Guid person)
    {
        var caller = await CallerAsync(person);
        await using var session = await Database.Sessions.BeginAsync(caller.ScopeOf(TaskRoom.Readers.AsSpan()), default);
        return [.. await TaskRoom.Visible(session.Rows, caller).Where(t => t.State == TaskState.Open).Select(t => t.Id).ToListAsync()];
    }

    protected static IEnumerable<Guid> LinkedIn(ReadMail mail) => mail.Text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith(Link + "/tasks/", StringComparison.Ordinal)).Select(l => Guid.Parse(l[(Link.Length + 7)..]));
}
