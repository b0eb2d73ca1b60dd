using System.Globalization;

namespace Preservation.Invariants;

/// <summary>What was checked, how much of it was looked at, and every violation.</summary>
internal sealed class Report
{
    private const int MostShown = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _seen = [];
    private readonly List<(string Check, string Text)> _violations = [];
    private readonly Dictionary<string, long> _explained = [];

    public bool IsClean => _violations.Count == 0;

    /// <summary>Something was looked at under this check.</summary>
    public void Saw(string check, long count = 1)
    {
        lock (_gate) _seen[check] = _seen.GetValueOrDefault(check) + count;
    }

    /// <summary>Looked at, and as it must be unless the text says otherwise.</summary>
    public void Require(bool holds, string check, Func<string> otherwise)
    {
        Saw(check);
        if (!holds) Violated(check, otherwise());
    }

    public void Violated(string check, string text)
    {
        lock (_gate)
        {
            _seen.TryAdd(check, 0);
            _violations.Add((check, text));
        }
    }

    /// <summary>A key that the catalogue does not know and that has a reason to be there.</summary>
    public void Explained(string reason)
    {
        lock (_gate) _explained[reason] = _explained.GetValueOrDefault(reason) + 1;
    }

    public void Write(TextWriter output)
    {
        output.WriteLine("   looked at  violated  invariant");
        foreach (var (check, count) in _seen.OrderBy(s => s.Key, StringComparer.Ordinal))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,12}  {_violations.Count(v => v.Check == check),8}  {check}"));
        foreach (var (reason, count) in _explained.OrderBy(s => s.Key, StringComparer.Ordinal))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,12}         -  keys unknown to the catalogue, explained: {reason}"));
        foreach (var (check, text) in _violations.Take(MostShown)) output.WriteLine($"VIOLATED {check}: {text}");
        if (_violations.Count > MostShown) output.WriteLine($"... and {_violations.Count - MostShown} more");
    }
}
