using Preservation.Workflow.Fixity;

namespace Preservation.Workflow.Tests.Fixity;

internal sealed class FixityForecastTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    [Test]
    public void A_store_that_is_read_as_fast_as_it_comes_due_is_never_overdue()
    {
        var forecast = FixityForecast.Of(Enumerable.Range(1, 90).ToDictionary(d => d, _ => 10L), 10, Today);
        Assert.That((forecast.OverdueBytes, forecast.FirstOverdueOn), Is.EqualTo((0L, (DateOnly?)null)));
        Assert.That(forecast.Days, Is.EqualTo(new[] { new ForecastDay(7, 70, 0), new ForecastDay(30, 300, 0), new ForecastDay(90, 900, 0) }));
    }

    [Test]
    public void A_slower_one_is_overdue_from_the_day_on_which_more_was_due_than_could_be_read()
    {
        var forecast = FixityForecast.Of(new Dictionary<int, long> { [5] = 40, [6] = 40 }, 10, Today);
        Assert.That((forecast.FirstOverdueOn, forecast.Days[0]), Is.EqualTo((Today.AddDays(6), new ForecastDay(7, 80, 10))));
        Assert.That(forecast.Days[1], Is.EqualTo(new ForecastDay(30, 80, 0)), "caught up by then");
    }

    [Test]
    public void What_is_overdue_now_is_told_and_without_any_reading_nothing_is_caught_up()
    {
        var forecast = FixityForecast.Of(new Dictionary<int, long> { [0] = 5, [20] = 7, [200] = 9 }, 0, Today);
        Assert.That((forecast.OverdueBytes, forecast.FirstOverdueOn), Is.EqualTo((5L, (DateOnly?)Today)));
        Assert.That(forecast.Days.Select(d => d.OverdueBytes), Is.EqualTo(new[] { 5L, 12, 12 }));
    }
}
