using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Every kind of page in both languages; each leaves a picture in <c>artifacts/screenshots</c>.</summary>
internal sealed class AccessibilityTests : BrowserTest
{
    private static readonly string[] Pages = ["sign-in", "submissions", "submission", "waiting", "approval", "packages", "package", "provenance", "trace", "stores", "fixity", "drills", "evidence", "registrations", "registration", "request", "queue", "round", "by-rule", "by-document", "tasks", "task", "held", "account", "cases", "case", "webhooks", "webhook", "people", "person", "notices", "not-found", "refused", "welcome"];

    [Test]
    public async Task Every_page_can_be_used_without_sight_mouse_or_colour([ValueSource(nameof(Pages))] string name, [Values("vi", "en")] string language)
    {
        var (person, path) = await WhereAsync(name);
        if (person is null) await Page.GotoAsync($"/language/{language}?returnUrl=/sign-in");
        else await SignInAsync(person, language);
        await Page.GotoAsync(path);
        Assert.That(await AccessibilityCheck.RunAsync(Page), Is.Empty);
        Assert.That(Complaints.Where(c => !c.Contains("status of 40", StringComparison.Ordinal)), Is.Empty, "the browser blocked or missed something");
        await Page.ScreenshotAsync(new() { Path = Path.Join(Screenshots(), $"{name}-{language}.png"), FullPage = true });
        await Page.SetViewportSizeAsync(360, 740);
        Assert.That(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), Is.False, "fits a narrow screen");
    }

    [Test]
    public async Task The_check_itself_finds_what_is_wrong()
    {
        await Page.GotoAsync("/sign-in");
        await Page.EvaluateAsync("""
            () => {
              document.documentElement.lang = '';
              document.querySelector('label').remove();
              document.querySelector('main').insertAdjacentHTML('beforeend', '<h4>x</h4><svg></svg><table><tr><td>1</td></tr></table><p id="pale" class="hint">pale</p>');
              document.getElementById('pale').style.color = '#999999';
            }
            """);
        var problems = await AccessibilityCheck.RunAsync(Page);
        foreach (var expected in new[] { "no lang", "no label", "heading level skipped", "no name", "table without column headers", "contrast 2." })
            Assert.That(problems, Has.Some.StartsWith(expected));
    }

    private static async Task<(string? Person, string Path)> WhereAsync(string name) => name switch
    {
        "sign-in" => (null, "/sign-in?notice=signedOut"),
        "submissions" => ("producer", "/submissions"),
        "submission" => ("producer", $"/submissions/{Archive.Rejected}"),
        "waiting" => ("officer", $"/submissions/{Archive.Waiting}"),
        "approval" => ("approver", $"/submissions/{await Archive.AddAwaitingAsync("Hồ sơ về việc giao đất năm 2024")}"),
        "packages" => ("auditor", "/packages"),
        "package" => ("auditor", $"/packages/{Archive.Package}"),
        "provenance" => ("auditor", $"/packages/{Archive.Package}/provenance"),
        "trace" => ("auditor", $"/packages/{Archive.Package}/trace?path=METS.xml"),
        "fixity" => ("officer", "/fixity"),
        "stores" => ("officer", "/stores"),
        "drills" => ("officer", "/drills"),
        "evidence" => ("officer", "/evidence"),
        "registrations" => ("approver", "/registrations"),
        "registration" => ("approver", $"/registrations/{await Archive.AddRegistrationAsync("Hồ sơ địa chính các xã phía tây năm 2025")}"),
        "request" => ("producer", "/registrations/request"),
        "queue" => ("approver", await QueueAsync()),
        "round" => ("approver", await RoundAsync()),
        "by-rule" => ("approver", $"/submissions/{await Archive.AddAwaitingAsync("Hồ sơ xem theo quy tắc")}?by=rule"),
        "by-document" => ("producer", $"/submissions/{Archive.Rejected}?by=document"),
        "tasks" => ("auditor", "/tasks"),
        "task" => ("officer", $"/tasks/{Archive.Incident}"),
        "held" => ("officer", await HeldAsync()),
        "account" => ("officer", "/account"),
        "cases" => ("caseAuditor", "/cases"),
        "case" => ("caseAuditor", $"/packages/{Archive.Package}/case"),
        "webhooks" => ("producer", "/webhooks"),
        "webhook" => ("producer", $"/webhooks/{await WebhookPageTests.AddAsync("https://receiver.example/seen")}"),
        "people" => ("administrator", "/people"),
        "person" => ("administrator", $"/people/{Archive.IdOf("approver")}?held=Approver"),
        "notices" => ("approver", await NoticedAsync()),
        "not-found" => ("auditor", "/packages/00000000-0000-0000-0000-000000000000"),
        "refused" => ("producer", "/fixity"),
        _ => ("administrator", "/"),
    };

    private static async Task<string> HeldAsync()
    {
        await using var session = await Archive.BeginAsync();
        var id = Guid.CreateVersion7(session.Now);
        session.Rows.Tasks.Add(new PreservationTask { Id = id, Kind = Workflow.TaskKinds.CanaryFailed, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = "kho two", CreatedAt = session.Now, DueAt = session.Now.AddDays(-1), AssigneeId = Archive.IdOf("officer") });
        await session.FlushAsync(default);
        session.Rows.TaskSteps.Add(new TaskStep { TaskId = id, Ordinal = 1, At = session.Now, PrincipalId = Archive.IdOf("officer"), Kind = TaskStepKind.Assigned, AssigneeId = Archive.IdOf("officer"), Words = "để tôi xem" });
        await session.CommitAsync(default);
        return $"/tasks/{id}";
    }

    private static async Task<string> NoticedAsync()
    {
        await using var session = await Archive.BeginAsync();
        await RightsNotices.RaiseAsync(session, Archive.IdOf("approver"), RightsChange.GrantGiven, Archive.IdOf("administrator"), default, grant: session.Rows.RoleGrants.First(g => g.PrincipalId == Archive.IdOf("approver")).Id);
        await session.CommitAsync(default);
        return "/notices";
    }

    private static async Task<string> QueueAsync()
    {
        await Archive.AddAwaitingAsync("Hồ sơ trong hàng chờ");
        return "/decisions";
    }

    private static async Task<string> RoundAsync()
    {
        var registration = await Archive.AddRegistrationAsync("Hồ sơ có biên bản");
        var round = await Archive.AcceptAsync(registration);
        await DecisionPageTests.MinuteAsync(round);
        await Archive.ChangeAsync(await Archive.AddAwaitingAsync("Hồ sơ đến muộn"), s => s.RoundId = round);
        return $"/registrations/{registration}/rounds/1";
    }

    private static string Screenshots()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Join(at.FullName, "Preservation.sln"))) return Directory.CreateDirectory(Path.Join(at.FullName, "artifacts", "screenshots")).FullName;
        return Directory.CreateTempSubdirectory("screenshots-").FullName;
    }
}
