using Preservation.Core.Digests;
using Preservation.Evidence.Planning;

namespace Preservation.Evidence.Tests.Planning;

public sealed class RenewalCalendarTests
{
    private static readonly DateTimeOffset Now = Situations.Now;

    [Test]
    public void Hourly_batches_of_ten_years_cost_one_time_stamp_at_each_renewal()
    {
        var situation = Situations.Of([.. Enumerable.Range(0, 87_600).Select(i => Situations.Token($"t{i:D5}") with { CertificateEnds = [Now.AddYears(3).AddDays(i % 9)] })])
            with { Authorities = [new AuthorityStanding("a", Now.AddYears(8), [new UsedAlgorithm("ECDSA", 384)])] };
        var calendar = RenewalCalendar.Of(situation, Now);
        Assert.That(calendar, Has.Length.EqualTo(120));
        Assert.That((calendar[0].Year, calendar[0].Quarter, calendar[^1].Year, calendar[^1].Quarter), Is.EqualTo((2026, 2, 2056, 1)));
        var due = calendar.Where(q => q.Tokens > 0).ToList();
        Assert.That((due[0].Year, due[0].Quarter, due[0].TimeStampRenewals, due[0].Tokens), Is.EqualTo((2028, 4, 87_600L, 1L)));
        Assert.That(due.Skip(1).Select(q => (q.TimeStampRenewals, q.Tokens, q.Bytes)), Is.All.EqualTo((1L, 1L, 0L)));
        Assert.That(due.Select(q => q.Year), Is.EqualTo(new[] { 2028, 2036, 2043, 2051 }));
    }

    [Test]
    public void The_end_of_a_function_costs_the_bytes_of_its_objects_once()
    {
        var situation = Situations.Of(Situations.Token("a", tree: DigestAlgorithm.Sha256), Situations.Token("b")) with
        {
            Alarms = [new AlgorithmAlarm("SHA-256", null, new DateTimeOffset(2034, 2, 1, 0, 0, 0, TimeSpan.Zero))],
            Capacity = new RenewalCapacity { LeavesPerTree = 300, TokensPerTree = 2 },
        };
        var calendar = RenewalCalendar.Of(situation, Now);
        var read = calendar.Single(q => q.Bytes > 0);
        Assert.That((read.Year, read.Quarter, read.HashTreeRenewals, read.Tokens, read.Bytes), Is.EqualTo((2033, 1, 2L, 8L, 1L << 30)), "two tokens over one tree since the first renewal, four new trees");
        Assert.That(calendar.Sum(q => q.Bytes), Is.EqualTo(1L << 30));
    }

    [Test]
    public void What_is_overdue_stands_in_the_present_quarter()
    {
        var first = RenewalCalendar.Of(Situations.Of(Situations.Token("a") with { CertificateEnds = [Now.AddDays(5)] }), Now)[0];
        Assert.That((first.Year, first.Quarter, first.TimeStampRenewals), Is.EqualTo((2026, 2, 1L)));
    }

    [Test]
    public void An_authority_that_lasts_too_short_is_asked_every_quarter() => Assert.That(
        RenewalCalendar.Of(Situations.Of(Situations.Token("a") with { CertificateEnds = [Now.AddDays(5)] }) with { Authorities = [new AuthorityStanding("a", Now.AddDays(100), [])] }, Now, 5)
            .Select(q => q.Tokens), Is.All.EqualTo(1L));

    [Test]
    public void An_empty_archive_asks_for_nothing() => Assert.That(RenewalCalendar.Of(Situations.Of(), Now).Sum(q => q.Tokens + q.Bytes), Is.Zero);
}
