using System.Text;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>Follows the file in which one process writes where its work stands.</summary>
internal sealed class TraceTail(string file)
{
    private readonly List<string> _open = [];
    private readonly StringBuilder _rest = new();
    private long _position;

    /// <summary>The point entered last and not left, as far as was read; null when the process was idle.</summary>
    public string? Innermost => _open.Count == 0 ? null : _open[^1];

    /// <summary>Reads on; the points that were entered since.</summary>
    public IReadOnlyList<string> ReadOn()
    {
        if (!File.Exists(file)) return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(_position, SeekOrigin.Begin);
        var buffer = new byte[1 << 16];
        var entered = new List<string>();
        while (stream.Read(buffer) is var read and > 0)
        {
            _position += read;
            _rest.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        var text = _rest.ToString();
        var end = text.LastIndexOf('\n') + 1;
        _rest.Clear().Append(text.AsSpan(end));
        foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line[0] == '>')
            {
                _open.Add(line[2..]);
                entered.Add(line[2..]);
            }
            else if (_open.LastIndexOf(line[2..]) is >= 0 and var at) _open.RemoveAt(at);
        return entered;
    }
}
