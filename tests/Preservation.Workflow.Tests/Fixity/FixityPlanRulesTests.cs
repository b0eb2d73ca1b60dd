using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>What of a configuration is refused.</summary>
internal sealed class FixityPlanRulesTests
{
    [TestCase(1096, "36 months")]
    [TestCase(0, "36 months")]
    [TestCase(1095, null)]
    public void More_than_the_law_allows_is_refused(int days, string? problem)
    {
        var byDefault = new PreservationOptions();
        byDefault.Fixity.WithinDays = days;
        var byPlan = new PreservationOptions();
        byPlan.Fixity.Plans.Add(new FixityPlanOptions { Name = "p", WithinDays = days });
        foreach (var options in new[] { byDefault, byPlan }) Assert.That(string.Join(' ', FixityPlans.Problems(options)), problem is null ? Is.Empty : Does.Contain(problem));
    }

    [TestCase("default")]
    [TestCase("a/b")]
    [TestCase("")]
    public void A_name_that_says_something_else_is_refused(string name)
    {
        var options = new PreservationOptions();
        options.Fixity.Plans.Add(new FixityPlanOptions { Name = name });
        Assert.That(FixityPlans.Problems(options), Has.Length.EqualTo(1));
    }
}
