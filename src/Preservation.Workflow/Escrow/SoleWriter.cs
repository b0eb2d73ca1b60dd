namespace Preservation.Workflow.Escrow;

/// <summary>Makes puts under a condition safe where a server does not honour conditions and one process alone has the keys.</summary>
internal sealed class SoleWriter : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public async Task<IAsyncDisposable> TakeAsync(string key, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Turn(_one);
    }

    public void Dispose() => _one.Dispose();

    private sealed class Turn(SemaphoreSlim one) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            one.Release();
            return ValueTask.CompletedTask;
        }
    }
}
