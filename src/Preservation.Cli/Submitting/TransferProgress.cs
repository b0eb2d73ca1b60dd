using System.Globalization;

namespace Preservation.Cli.Submitting;

/// <summary>How many bytes of all packages are at the server, as a bar on standard error; silent unless a person looks at a terminal.</summary>
internal sealed class TransferProgress : IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly long[] _sent;
    private readonly long _total;
    private readonly bool _isShown;
    private readonly TimeProvider _clock;
    private readonly TextWriter _to;
    private long _shown;
    private int _done;

    /// <param name="bytes">Of each package.</param>
    /// <param name="isWanted">Is there anybody to look.</param>
    /// <param name="clock">The time.</param>
    /// <param name="to">Where the bar is drawn.</param>
    public TransferProgress(IEnumerable<long> bytes, bool isWanted, TimeProvider clock, TextWriter to)
    {
        var all = bytes.ToArray();
        (_sent, _total, _isShown, _clock, _to) = (new long[all.Length], all.Sum(), isWanted, clock, to);
        _shown = _clock.GetTimestamp() - (long)(Pause.TotalSeconds * _clock.TimestampFrequency);
    }

    /// <summary>So many bytes of a package are there.</summary>
    public void Sent(int package, long bytes)
    {
        lock (_gate)
        {
            _sent[package] = bytes;
            if (_clock.GetElapsedTime(_shown) >= Pause || _sent.Sum() == _total) Draw();
        }
    }

    /// <summary>Nothing more will be sent of one.</summary>
    public void Done()
    {
        lock (_gate)
        {
            _done++;
            Draw();
        }
    }

    /// <summary>Writes a line of its own, above the bar.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            _to.WriteLine(_isShown ? $"\r{line.PadRight(Width + 50)}" : line);
            Draw();
        }
    }

    /// <summary>Ends the line of the bar.</summary>
    public void Dispose()
    {
        if (_isShown) _to.WriteLine();
    }

    private void Draw()
    {
        if (!_isShown) return;
        _shown = _clock.GetTimestamp();
        var sent = _sent.Sum();
        var share = _total == 0 ? 1 : (double)sent / _total;
        var filled = (int)(Width * share);
        _to.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', filled)}{new string('.', Width - filled)}] {share * 100,3:0}%  {Size(sent)} of {Size(_total)}  {_done}/{_sent.Length} "));
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
