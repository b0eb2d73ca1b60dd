namespace Preservation.Storage.Objects;

/// <summary>
/// Makes names in folders survive a crash. Writers that ask for the same folder while a flush of it is under way share the next one: a flush
/// counts for a writer only if it began after the writer asked.
/// </summary>
internal sealed class FolderFlushes(Action<string> flush)
{
    private readonly Dictionary<string, (Task Running, Task? Next)> _folders = new(StringComparer.Ordinal);

    /// <summary>Completes when a flush of the folder that began after this call is done.</summary>
    /// <exception cref="IOException">It failed: the names may not survive.</exception>
    public Task FlushAsync(string folder)
    {
        lock (_folders)
        {
            if (!_folders.TryGetValue(folder, out var state))
            {
                var running = Task.Run(() => Run(folder));
                _folders[folder] = (running, null);
                return running;
            }
            if (state.Next is { } next) return next;
            next = RunAfterAsync(state.Running, folder);
            _folders[folder] = (state.Running, next);
            return next;
        }
    }

    private async Task RunAfterAsync(Task before, string folder)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_folders) _folders[folder] = (_folders[folder].Next!, null);
        Run(folder);
    }

    private void Run(string folder)
    {
        try
        {
            flush(folder);
        }
        finally
        {
            // Nobody waits for another flush: the folder is forgotten.
            lock (_folders)
                if (_folders[folder].Next is null) _folders.Remove(folder);
        }
    }
}
