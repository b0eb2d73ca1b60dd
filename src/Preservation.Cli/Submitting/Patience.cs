namespace Preservation.Cli.Submitting;

/// <summary>How long to wait before the next attempt, and when to give up: longer and longer pauses, until something gets through again.</summary>
internal sealed class Patience(TimeSpan most, TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private TimeSpan _pause = First;
    private long _since = clock.GetTimestamp();

    /// <summary>Something got through.</summary>
    public void Renew() => (_pause, _since) = (First, clock.GetTimestamp());

    /// <summary>Pauses.</summary>
    /// <param name="asked">What the server asks for, if it does.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="OutOfPatienceException">Nothing got through for too long.</exception>
    public async Task WaitAsync(TimeSpan? asked, CancellationToken cancellationToken)
    {
        var left = most - clock.GetElapsedTime(_since);
        if (left <= TimeSpan.Zero) throw new OutOfPatienceException(most);
        // Senders who were cut off together must not come back together.
        var pause = (asked > _pause ? asked.Value : _pause) * (0.75 + (Random.Shared.NextDouble() / 2));
        await Task.Delay(pause < left ? pause : left, clock, cancellationToken);
        _pause = _pause * 2 < Longest ? _pause * 2 : Longest;
    }
}

/// <summary>The server could not be reached, or could not answer, for too long.</summary>
internal sealed class OutOfPatienceException(TimeSpan most) : IOException($"nothing got through to the server for {most.TotalSeconds:0} seconds; run the same command again to go on where it stopped");
