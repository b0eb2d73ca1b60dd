using System.Text;
using System.Text.Json;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Tests.Terms;

public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar Days = WorkingCalendar.BuiltIn;

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    [TestCase("2026-03-02", 7, "2026-03-11", Description = "over one weekend")]
    [TestCase("2026-02-13", 1, "2026-02-23", Description = "over Tet, from the Friday before it")]
    public void Days_off_do_not_count(string from, int working, string due)
    {
        var expected = Day(due);
        while (!Days.IsWorked(expected)) expected = expected.AddDays(1);
        Assert.That(Days.Add(Day(from), working), Is.EqualTo(expected));
    }

    [Test]
    public void A_Saturday_that_makes_up_for_a_day_off_is_worked() => Assert.Multiple(() =>
    {
        Assert.That(Days.IsWorked(Day("2026-08-22")), Is.True);
        Assert.That(Days.IsWorked(Day("2026-08-31")), Is.False);
        Assert.That(Days.IsWorked(Day("2026-08-29")), Is.False);
    });

    [Test]
    public void A_year_without_an_entry_has_its_weekends_and_fixed_days() => Assert.Multiple(() =>
    {
        Assert.That(Days.IsWorked(Day("2090-09-02")), Is.False);
        Assert.That(Days.IsWorked(Day("2090-09-04")), Is.True, "a Monday");
    });

    [Test]
    public void A_term_ends_on_a_worked_day_and_has_as_many_worked_days_as_it_says()
    {
        var random = new Random(Preservation.Testing.Tier.Seed);
        for (var i = 0; i < 500; i++)
        {
            var from = Day("2025-01-01").AddDays(random.Next(800));
            var term = 1 + random.Next(60);
            var due = Days.Add(from, term);
            var worked = Enumerable.Range(1, due.DayNumber - from.DayNumber).Count(d => Days.IsWorked(from.AddDays(d)));
            Assert.That((Days.IsWorked(due), worked), Is.EqualTo((true, term)), $"{from} {term}");
        }
    }

    [Test]
    public void An_instant_is_on_the_day_it_is_in_Vietnam() =>
        Assert.That(WorkingCalendar.DayOf(new DateTimeOffset(2026, 3, 1, 17, 0, 0, TimeSpan.Zero)), Is.EqualTo(Day("2026-03-02")));

    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("""{"clause":"","note":"","weekend":["Sunday"],"fixed":["13-45"],"years":[]}""")]
    [TestCase("""{"clause":"","note":"","weekend":["Domingo"],"fixed":[],"years":[]}""")]
    [TestCase("""{"clause":"","note":"","weekend":["Monday","Tuesday","Wednesday","Thursday","Friday","Saturday","Sunday"],"fixed":[],"years":[]}""")]
    [TestCase("""{"clause":"","note":"","weekend":[],"fixed":[],"years":[],"holidays":[]}""")]
    public void What_is_no_calendar_is_refused(string json) => Assert.That(() => WorkingCalendar.Parse(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>());
}
