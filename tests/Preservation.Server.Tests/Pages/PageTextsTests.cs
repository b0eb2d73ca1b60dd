using System.Globalization;
using System.Text.RegularExpressions;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Planning;
using Preservation.Server.Pages.Tasks;
using Preservation.Server.Pages.Texts;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Tests.Pages;

internal sealed partial class PageTextsTests
{
    [Test]
    public void Every_text_is_there_in_both_languages_and_differs()
    {
        Assert.That(PageTexts.Languages, Is.EquivalentTo(new[] { "vi", "en" }));
        using (Assert.EnterMultipleScope())
            foreach (var (key, texts) in PageTexts.All)
            {
                Assert.That(texts.Keys, Is.EquivalentTo(PageTexts.Languages), key);
                Assert.That(texts.Values, Has.None.Empty, key);
                Assert.That(texts.GetValueOrDefault("vi"), Is.Not.EqualTo(texts.GetValueOrDefault("en")), key);
            }
    }

    [Test]
    public void Both_languages_have_the_same_numbered_places()
    {
        using (Assert.EnterMultipleScope())
            foreach (var (key, texts) in PageTexts.All)
                Assert.That(Places(texts["vi"]), Is.EquivalentTo(Places(texts["en"])), key);
    }

    [Test]
    public void Every_value_that_a_page_shows_has_a_text()
    {
        var keys = new[] { typeof(SubmissionState), typeof(StepOutcomeKind), typeof(ReceiptKind), typeof(CopyState), typeof(FixityOutcome), typeof(TaskState), typeof(TaskStepKind), typeof(TaskSelection), typeof(MailFrequency), typeof(WebhookState), typeof(Role), typeof(PrincipalKind), typeof(GrantScope), typeof(CredentialKind), typeof(RightsChange), typeof(VerdictReason), typeof(LeafKind), typeof(TokenState), typeof(RenewalKind), typeof(EvidenceStepKind), typeof(DecisionEffect) }
            .SelectMany(type => Enum.GetNames(type).Select(name => $"{type.Name}.{name}"));
        Assert.That(keys.Except(PageTexts.All.Keys), Is.Empty);
    }

    [Test]
    public void Every_text_a_page_asks_for_exists_and_every_text_is_asked_for()
    {
        var sources = Directory.EnumerateFiles(Path.Join(Repository(), "src", "Preservation.Server", "Pages"), "*.cs*", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var asked = sources.SelectMany(s => Quoted().Matches(s)).Select(m => m.Groups[1].Value).ToHashSet();
        var indexed = sources.SelectMany(s => Indexed().Matches(s)).Select(m => m.Groups[1].Value).ToHashSet();
        string[] byPrefix =
        [
            "SubmissionState", "StepOutcomeKind", "ReceiptKind", "CopyState", "FixityOutcome", "TaskState", "TaskStepKind", "TaskSelection", "MailFrequency", "WebhookState", "webhookProblem", "Role", "PrincipalKind", "GrantScope", "CredentialKind", "RightsChange", "VerdictReason", "LeafKind", "TokenState", "RenewalKind", "EvidenceStepKind", "DestructionState", "kind", "status", "severity", "step", "outcome", "event", "eventOutcome",
            "action", "capability", "standing", "fixityAction", "drillStep", "deadline", "registrationState", "taskKind", "decision", "notice", "error", "DecisionEffect", "findingChange", "findingsBy", "requestWrong",
        ];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(indexed, Is.Not.Empty);
            Assert.That(indexed.Except(PageTexts.All.Keys), Is.Empty, "asked for and missing");
            Assert.That(PageTexts.All.Keys.Where(k => !byPrefix.Contains(k.Split('.')[0])).Except(asked), Is.Empty, "there and never asked for");
            var notices = sources.SelectMany(s => Notice().Matches(s)).Select(m => "notice." + m.Groups[1].Value).ToList();
            Assert.That(notices, Is.Not.Empty);
            Assert.That(notices.Except(PageTexts.All.Keys), Is.Empty, "notices");
        }
    }

    [TestCase("vi", "1.234,5")]
    [TestCase("en", "1,234.5")]
    [TestCase("fr", "1.234,5")]
    [TestCase(null, "1.234,5")]
    public void Numbers_are_written_as_the_language_writes_them(string? language, string expected) =>
        Assert.That(1234.5.ToString("N1", PageTexts.In(language).Culture), Is.EqualTo(expected));

    private static IEnumerable<string> Places(string text) => Numbered().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    private static string Repository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Join(at.FullName, "Preservation.sln"))) return at.FullName;
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"no repository above {AppContext.BaseDirectory}"));
    }

    [GeneratedRegex("\"([A-Za-z0-9]+(?:\\.[A-Za-z0-9]+)*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("(?:\\bT|\\bt)(?:\\[|\\.Fill\\()\"([A-Za-z0-9.]+)\"[\\],]")]
    private static partial Regex Indexed();

    [GeneratedRegex("notice=([A-Za-z]+)")]
    private static partial Regex Notice();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Numbered();
}
