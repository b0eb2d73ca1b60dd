namespace Preservation.Cli;

/// <summary>A bar on standard error while much is done; silent unless a person looks at a terminal.</summary>
internal sealed class Progress(int total, bool isWanted) : IDisposable
{
    private const int Width = 30;
    private readonly bool _isShown = isWanted && total > 1 && !Console.IsErrorRedirected;
    private int _done;

    /// <summary>One more is done.</summary>
    public void Step()
    {
        _done++;
        if (!_isShown) return;
        var filled = (int)((long)Width * _done / total);
        Console.Error.Write($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{total}");
    }

    /// <summary>Ends the line of the bar.</summary>
    public void Dispose()
    {
        if (_isShown) Console.Error.WriteLine();
    }
}
