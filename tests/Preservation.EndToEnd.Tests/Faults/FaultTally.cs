using System.Globalization;
using System.Text;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>How often each kind of fault landed at each point of the work.</summary>
internal sealed class FaultTally
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Dictionary<string, int>> _landed = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>A point and a kind of fault that must both be struck: they are shown although nothing landed there.</summary>
    public void Expect(IEnumerable<string> points, IEnumerable<string> faults)
    {
        lock (_gate)
        {
            foreach (var point in points) _landed.TryAdd(point, []);
            _faults.AddRange(faults.Where(f => !_faults.Contains(f)));
        }
    }

    public void Land(string point, string fault)
    {
        lock (_gate)
        {
            if (!_faults.Contains(fault)) _faults.Add(fault);
            if (!_landed.TryGetValue(point, out var row)) _landed.Add(point, row = []);
            row[fault] = row.GetValueOrDefault(fault) + 1;
        }
    }

    public int At(string point)
    {
        lock (_gate) return _landed.TryGetValue(point, out var row) ? row.Values.Sum() : 0;
    }

    /// <summary>Points where nothing landed.</summary>
    public IReadOnlyList<string> Untouched()
    {
        lock (_gate) return [.. _landed.Where(l => l.Value.Count == 0).Select(l => l.Key)];
    }

    /// <summary>Kinds of faults that landed nowhere.</summary>
    public IReadOnlyList<string> Unused()
    {
        lock (_gate) return [.. _faults.Where(f => !_landed.Values.Any(r => r.ContainsKey(f)))];
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            var width = _landed.Keys.Select(k => k.Length).DefaultIfEmpty(0).Max();
            text.Append(new string(' ', width)).AppendJoin("", _faults.Select(f => "  " + f)).Append("     all\n");
            foreach (var (point, row) in _landed)
                text.Append(point.PadRight(width)).AppendJoin("", _faults.Select(f => "  " + row.GetValueOrDefault(f).ToString(CultureInfo.InvariantCulture).PadLeft(f.Length)))
                    .Append(CultureInfo.InvariantCulture, $"{row.Values.Sum(),8}\n");
        }
        return text.ToString();
    }
}
