using Preservation.Testing;

namespace Preservation.Catalogue.Tests;

internal sealed class ClockSkewTests : CatalogueFixture
{
    [TestCase(3600)]
    [TestCase(-3600)]
    public async Task A_process_whose_clock_is_off_by_more_begins_nothing(int seconds)
    {
        var told = await Assert.ThrowsAsync<ClockSkewException>(() => OffBy(seconds).BeginAsync(CatalogueScope.All, default));
        Assert.That(told!.Ahead.TotalSeconds, Is.EqualTo(seconds).Within(20));
    }

    [TestCase(20)]
    [TestCase(-20)]
    [TestCase(0)]
    public async Task Rows_are_dated_by_the_clock_of_the_database(int seconds)
    {
        await using var session = await OffBy(seconds).BeginAsync(CatalogueScope.All, default);
        await using var command = session.Command("SELECT clock_timestamp()");
        Assert.That((session.Now - (DateTime)(await command.ExecuteScalarAsync())!).TotalSeconds, Is.Zero.Within(10));
    }

    [Test]
    public async Task A_clock_that_no_machine_goes_by_is_not_compared()
    {
        var clock = new ManualClock(new DateTimeOffset(2096, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var session = await new CatalogueSessions(Database.Sessions.DataSource, clock).BeginAsync(CatalogueScope.All, default);
        Assert.That(session.Now, Is.EqualTo(clock.GetUtcNow()));
    }

    private CatalogueSessions OffBy(int seconds) => new(Database.Sessions.DataSource, new ManualClock(TimeProvider.System.GetUtcNow().AddSeconds(seconds)), TimeSpan.FromSeconds(30));
}
