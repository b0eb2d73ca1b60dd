using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Copies;

internal sealed class CopyPolicyTests
{
    private static readonly CopiesOptions ThreeTwoOneOne = new() { Verified = 3, Providers = 2, Regions = 2, Locked = 1 };

    private static readonly StoreOptions[] Stores =
    [
        Store("a", "P1", "R1"), Store("b", "P1", "R2"), Store("c", "P2", "R1", locked: true), Store("d", "P1", "R1"), Store("tape", "P2", "R2", medium: "tape", threat: "flood"),
    ];

    [TestCase("a b c", "c", "")]
    [TestCase("a b", "", "COPIES-COUNT COPIES-DOMAINS COPIES-PROVIDERS COPIES-LOCKED")]
    [TestCase("a b c", "", "COPIES-LOCKED")]
    [TestCase("a b c d", "d", "")]
    [TestCase("a b d", "d", "COPIES-DOMAINS COPIES-PROVIDERS")]
    [TestCase("a c d", "c", "COPIES-DOMAINS COPIES-REGIONS")]
    [TestCase("", "", "COPIES-COUNT COPIES-DOMAINS COPIES-PROVIDERS COPIES-REGIONS COPIES-MEDIA COPIES-THREATS COPIES-LOCKED")]
    [TestCase("a b unknown", "unknown", "COPIES-COUNT COPIES-DOMAINS COPIES-PROVIDERS COPIES-LOCKED")]
    public void Copies_are_counted_by_where_they_lie_and_whether_they_are_locked(string proven, string locked, string unmet) =>
        Assert.That(Codes(ThreeTwoOneOne, proven, locked), Is.EqualTo(unmet));

    [Test]
    public void Media_and_threats_are_asked_for_alike()
    {
        var policy = new CopiesOptions { Media = 2, Threats = 2 };
        Assert.That(Codes(policy, "a b", ""), Is.EqualTo("COPIES-MEDIA COPIES-THREATS"));
        Assert.That(Codes(policy, "a tape", ""), Is.Empty);
    }

    [Test]
    public void A_waiver_lifts_where_copies_lie_and_neither_their_number_nor_their_locks() =>
        Assert.That(Codes(new CopiesOptions { Verified = 3, Providers = 3, Regions = 3, Media = 2, Threats = 2, Locked = 1, Waiver = "a test" }, "a d", ""), Is.EqualTo("COPIES-COUNT COPIES-LOCKED"));

    [Test]
    public void What_is_not_met_is_said_in_both_languages()
    {
        var said = CopyPolicy.Say(CopyPolicy.Judge(ThreeTwoOneOne, Stores, ["a", "b", "c"], []));
        Assert.That(said, Is.EqualTo("Phải có 1 bản sao được khóa chống xóa; hiện có 0. / 1 copies must be locked against deletion; 0 are."));
    }

    [Test]
    public void A_configuration_that_can_never_meet_its_policy_is_found_out()
    {
        var options = new PreservationOptions { Copies = new CopiesOptions { Verified = 2, Locked = 2 } };
        foreach (var store in Stores) options.Stores.Add(store);
        Assert.That(CopyPolicy.OfConfiguration(options).Select(f => f.Rule.Code), Is.EqualTo(new[] { "COPIES-LOCKED" }));
        options.Copies.Locked = 1;
        Assert.That(CopyPolicy.OfConfiguration(options), Is.Empty);
    }

    private static string Codes(CopiesOptions policy, string proven, string locked) => string.Join(' ', CopyPolicy.Judge(policy, Stores, proven.Split(' '), locked.Split(' ')).Select(f => f.Rule.Code));

    private static StoreOptions Store(string name, string provider, string region, bool locked = false, string medium = "disk", string threat = "") =>
        new() { Name = name, Locked = locked, FailureDomain = new FailureDomainOptions { Provider = provider, Region = region, Medium = medium, Threat = threat } };
}
