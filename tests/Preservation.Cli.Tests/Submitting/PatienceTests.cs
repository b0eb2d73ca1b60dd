using Preservation.Cli.Submitting;

namespace Preservation.Cli.Tests.Submitting;

internal sealed class PatienceTests
{
    private Timers _clock = null!;

    [SetUp]
    public void StartClock() => _clock = new Timers();

    [Test]
    public async Task Pauses_grow_to_half_a_minute_and_begin_anew_when_something_gets_through()
    {
        var patience = new Patience(TimeSpan.FromHours(1), _clock);
        for (var i = 0; i < 10; i++) await patience.WaitAsync(null, default);
        for (var i = 0; i < 9; i++) Assert.That(_clock.Pauses[i].TotalSeconds, Is.InRange(Math.Min(30, 0.25 * (1 << i)) * 0.74, Math.Min(30, 0.25 * (1 << i)) * 1.26), $"pause {i}");
        patience.Renew();
        await patience.WaitAsync(null, default);
        Assert.That(_clock.Pauses[^1].TotalSeconds, Is.LessThan(0.4));
        await patience.WaitAsync(TimeSpan.FromSeconds(100), default);
        Assert.That(_clock.Pauses[^1].TotalSeconds, Is.GreaterThan(70), "what the server asks for");
    }

    [Test]
    public void Nothing_is_waited_for_longer_than_was_said()
    {
        var patience = new Patience(TimeSpan.FromSeconds(10), _clock);
        var pauses = 0;
        Assert.That(async () =>
        {
            while (true)
            {
                await patience.WaitAsync(null, default);
                pauses++;
            }
        }, Throws.InstanceOf<OutOfPatienceException>().With.Message.Contains("10 seconds"));
        Assert.That(_clock.Pauses.Sum(p => p.TotalSeconds), Is.EqualTo(10).Within(0.01));
        Assert.That(pauses, Is.GreaterThan(4));
    }

    // Every timer fires at once, and time has passed.
    private sealed class Timers : TimeProvider
    {
        private long _now;

        public List<TimeSpan> Pauses { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            _now += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
