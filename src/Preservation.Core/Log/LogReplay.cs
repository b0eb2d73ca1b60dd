using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;

namespace Preservation.Core.Log;

/// <summary>
/// Works out leaves and heads of an exported log anew and holds them against what receipts saw, all receipts in one pass. Memory grows with the receipts, not
/// with the log.
/// </summary>
public sealed class LogReplay
{
    private const string Itself = "the log itself";
    private readonly ImmutableArray<WitnessedTree> _trees;
    private readonly (WitnessedTree Tree, int Part)[] _due;
    private readonly ILookup<ulong, WitnessedTree> _byLeaf;
    private readonly ILookup<long, WitnessedTree> _byId;
    private readonly MerkleAccumulator _log = new();
    private readonly List<LogDifference> _found = [];
    private readonly byte[] _leaf = new byte[MerkleAccumulator.HashBytes];
    private LogLine.Beginning? _beginning;
    private LogDifference? _ownHead;
    private long _goodHead;
    private int _next;
    private bool _ended;

    /// <summary>Begins a pass.</summary>
    public LogReplay(IReadOnlyList<LogWitness> witnesses)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        _trees = [.. witnesses.Select(w => new WitnessedTree(w))];
        _due = [.. _trees.SelectMany(t => Enumerable.Range(0, t.Parts.Length).Select(i => (t, i))).OrderBy(d => d.t.Parts[d.i].End)];
        _byLeaf = _trees.Where(t => t.Witness.Entry is not null).ToLookup(t => BinaryPrimitives.ReadUInt64LittleEndian(t.Witness.EntryLeaf.AsSpan()));
        _byId = _trees.Where(t => t.Witness.Entry is not null).ToLookup(t => t.Witness.Entry!.Value);
    }

    /// <summary>Entries so far.</summary>
    public long Size => _log.Size;

    /// <summary>Takes the next line.</summary>
    public void Add(LogLine line)
    {
        switch (line)
        {
            case LogLine.Beginning beginning: _beginning = beginning; break;
            case LogLine.Entry entry: Take(entry); break;
            case LogLine.Head head: Take(head); break;
            case LogLine.Ending ending:
                _ended = true;
                if (ending.TreeSize > Size) Note(LogDifferenceKind.Removed, null);
                break;
        }
    }

    /// <summary>The verdict after the last line.</summary>
    /// <param name="grace">How long after its issue a receipt's own entry may be unsealed; the log is sealed every few seconds.</param>
    /// <exception cref="InvalidDataException">The log breaks off before its last line.</exception>
    public LogVerdict End(TimeSpan grace)
    {
        if (_beginning is not { } beginning || !_ended) throw new InvalidDataException("the exported log breaks off");
        var head = _log.Head();
        if (beginning.TreeSize == Size && !head.AsSpan().SequenceEqual(beginning.Hash.AsSpan())) _ownHead ??= new LogDifference(LogDifferenceKind.Altered, _goodHead, Size, null, Itself);
        if (beginning.TreeSize > Size) Note(LogDifferenceKind.Removed, null);
        var verdicts = _trees.Select(t => t.Judge(Size, beginning.ExportedAt, grace)).ToImmutableArray();
        return new LogVerdict(Size, head, beginning.ExportedAt, First(verdicts), verdicts);
    }

    private void Take(LogLine.Entry entry)
    {
        if (entry.Sequence != Size) Note(entry.Sequence > Size ? LogDifferenceKind.Removed : LogDifferenceKind.Moved, null);
        var id = entry.Text is { } text && Utf8Parser.TryParse(text.Span, out long read, out _) ? read : (long?)null;
        Leaf(entry, id);
        foreach (var tree in _byLeaf[BinaryPrimitives.ReadUInt64LittleEndian(_leaf)])
            if (tree.Witness.EntryLeaf.AsSpan().SequenceEqual(_leaf)) tree.Found ??= Size;
        if (id is { } known)
            foreach (var tree in _byId[known])
                if (!tree.Witness.EntryLeaf.AsSpan().SequenceEqual(_leaf)) tree.Changed ??= Size;
        _log.Append(_leaf);
        for (; _next < _due.Length && _due[_next].Tree.Parts[_due[_next].Part].End <= Size; _next++) _due[_next].Tree.Compare(_due[_next].Part, _log);
    }

    // The leaf that the log states goes into the tree, so that an entry whose text alone was changed is told from one whose tree was made anew.
    private void Leaf(LogLine.Entry entry, long? id)
    {
        if (entry.Text is { } text) MerkleAccumulator.HashLeaf(text.Span, _leaf);
        else if (_beginning!.IsWhole) Note(LogDifferenceKind.Removed, null);
        if (entry.Leaf is not { } stated) return;
        if (entry.Text is not null && !stated.Span.SequenceEqual(_leaf)) Note(LogDifferenceKind.Changed, id);
        stated.Span.CopyTo(_leaf);
    }

    private void Take(LogLine.Head head)
    {
        if (head.TreeSize == Size && _log.Head().AsSpan().SequenceEqual(head.Hash.AsSpan())) _goodHead = Size;
        else _ownHead ??= new LogDifference(LogDifferenceKind.Altered, Math.Min(_goodHead, head.TreeSize - 1), Math.Max(_goodHead + 1, Math.Max(head.TreeSize, Size)), null,
            string.Create(CultureInfo.InvariantCulture, $"the log's own head of {head.TreeSize} entries"));
    }

    // Where the log does not fit itself; the first such place is enough.
    private void Note(LogDifferenceKind kind, long? id)
    {
        if (_found.Count == 0) _found.Add(new LogDifference(kind, Size, Size + 1, id, Itself));
    }

    // What receipts prove goes before what the log says of itself: who can change entries can change its heads too.
    private LogDifference? First(ImmutableArray<WitnessVerdict> verdicts)
    {
        var proven = verdicts.Length == 0 ? 0 : verdicts.Max(v => v.Proven);
        var places = _found.Concat(verdicts.Select(v => v.Difference).OfType<LogDifference>()).OrderBy(d => d.From).ThenBy(d => d.Until).ToList();
        if (places.Count == 0) return _ownHead;
        var first = places.OrderBy(d => d.Until).ThenBy(d => d.From).First();
        if (proven > first.From && proven < first.Until) first = first with { From = proven };
        foreach (var exact in places.Where(p => p.IsExact && p.From >= first.From && p.From < first.Until))
            first = exact.From == first.From ? exact with { Entry = exact.Entry ?? first.Entry } : first with { Until = exact.From + 1 };
        return first;
    }
}
