namespace Preservation.EndToEnd.Tests;

/// <summary>Kills the server of a deployment and starts it again, so many times while so many bytes pass, at even distances.</summary>
internal sealed class ServerKills(Deployment deployment, long bytes, int kills) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Queue<long> _at = new(Enumerable.Range(1, kills).Select(i => bytes * i / (kills + 1)));

    /// <summary>Kills that are still to come.</summary>
    public int Left => _at.Count;

    /// <summary>For <see cref="CuttingProxy.OnPassed"/>: what comes while the server is away waits for it.</summary>
    public async Task PassedAsync(long passed)
    {
        await _one.WaitAsync();
        try
        {
            if (!_at.TryPeek(out var at) || passed < at) return;
            _at.Dequeue();
            await deployment.KillAsync();
            await deployment.StartServerAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
