namespace Preservation.EndToEnd.Tests;

/// <summary>Waits for what another process does. It looks again as soon as it may; it never sleeps for a guessed time and hopes.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task TrueAsync(string what, Func<Task<bool>> condition, Func<string>? onFailure = null, TimeSpan? patience = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (patience ?? Patience)) Assert.Fail($"within {(patience ?? Patience).TotalSeconds} s it never came true that {what}. {onFailure?.Invoke()}");
            await pause.WaitForNextTickAsync();
        }
    }
}
