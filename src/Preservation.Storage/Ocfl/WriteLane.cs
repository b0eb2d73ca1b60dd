namespace Preservation.Storage.Ocfl;

/// <summary>One store's side of a write to several: remembers its failure so that the others go on.</summary>
internal sealed class WriteLane(WriteAttempt attempt)
{
    private volatile Exception? _failure;
    private bool _isComplete;

    /// <summary>Why this store dropped out; null while it has not.</summary>
    public Exception? Failure => _failure;

    /// <summary>True while there is something left to write here.</summary>
    public bool IsOpen => _failure is null && !_isComplete;

    public Task BeginAsync(CancellationToken cancellationToken) =>
        RunAsync(async (a, token) => _isComplete = !await a.BeginAsync(token).ConfigureAwait(false), cancellationToken);

    public async Task RunAsync(Func<WriteAttempt, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfTheStore(e))
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    private static bool IsOfTheStore(Exception e) =>
        e is IOException or UnauthorizedAccessException or VersionConflictException;
}
