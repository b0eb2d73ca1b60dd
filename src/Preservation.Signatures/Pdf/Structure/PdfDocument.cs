using System.Diagnostics.CodeAnalysis;

namespace Preservation.Signatures.Pdf.Structure;

/// <summary>
/// A PDF by its cross-references, revision by revision (ISO 32000-2 §7.5). Objects are read when asked for and a bounded number is kept:
/// memory holds the cross-references, never the file.
/// </summary>
internal sealed class PdfDocument
{
    private const int MaxKept = 20_000;
    private const int MaxKeptStreams = 256;
    private readonly Dictionary<int, PdfEntry> _first = [];
    private readonly Dictionary<int, List<(int Revision, PdfEntry Entry)>> _later = [];
    private readonly Dictionary<(long Position, int Index, int Number), PdfObject> _kept = [];
    private readonly Dictionary<long, PdfObjectStream> _keptStreams = [];
    private readonly HashSet<(int, int)> _loading = [];
    private readonly List<PdfRevision> _revisions = [];
    private PdfDecryption? _decryption;
    private long _keptStreamBytes;
    private long _work;
    private PdfObject.Dictionary? _encrypt;

    private PdfDocument(PdfSource source, SignatureLimits limits) => (Source, Limits) = (source, limits);

    public PdfSource Source { get; }
    public SignatureLimits Limits { get; }

    /// <summary>The oldest first; at least one.</summary>
    public IReadOnlyList<PdfRevision> Revisions => _revisions;

    /// <summary>Are the cross-references damaged, so that objects were sought by their marks and one revision stands for all.</summary>
    public bool IsRepaired { get; private set; }

    /// <summary>Why they are.</summary>
    public string? Damage { get; private set; }

    /// <summary>Is it enciphered under a key that is not at hand.</summary>
    public bool IsLocked { get; private set; }

    public PdfView Last => new(this, _revisions.Count - 1);

    public PdfView View(int revision) => new(this, revision);

    /// <summary>The document of sound cross-references; null when they are not.</summary>
    /// <param name="references">What was read of them.</param>
    /// <param name="pointers">Each <c>%%EOF</c> with the <c>startxref</c> before it, in the order of the file.</param>
    /// <param name="source">The file.</param>
    /// <param name="limits">Bounds.</param>
    public static PdfDocument? TryFrom(PdfCrossReferences references, IEnumerable<(long End, long Pointer)> pointers, PdfSource source, SignatureLimits limits)
    {
        var ends = new Dictionary<long, long>();
        foreach (var (end, pointer) in pointers)
            // The first end counts: what repeats a pointer later adds no revision.
            if (references.Resolved(pointer) is { } section && section < end) ends.TryAdd(section, end);
        var document = new PdfDocument(source, limits);
        var gathered = new List<PdfSection>();
        // A section that no startxref names belongs to the newer one: the second of a linearised file.
        foreach (var section in Enumerable.Reverse(references.Sections))
        {
            gathered.Add(section);
            if (!ends.TryGetValue(section.Offset, out var end)) continue;
            document.Add(gathered, end);
            gathered.Clear();
        }
        if (gathered.Count > 0) document.Add(gathered, source.Length);
        // Revisions stand one behind the other; pointers that run another way are no history.
        if (document._revisions.Zip(document._revisions.Skip(1)).Any(p => p.First.End >= p.Second.End)) return null;
        document.Unlock();
        return document.Last.Catalog is null && !document.IsLocked ? null : document;
    }

    /// <summary>The document as its objects stand in the file, the last of each number.</summary>
    public static PdfDocument Repaired(IReadOnlyDictionary<int, long> objects, IReadOnlyList<long> trailers, string damage, PdfSource source, SignatureLimits limits)
    {
        var document = new PdfDocument(source, limits) { IsRepaired = true, Damage = damage };
        var entries = objects.ToDictionary(o => o.Key, o => new PdfEntry(PdfEntryKind.Offset, o.Value, 0));
        var found = new PdfObject.Dictionary(new Dictionary<string, PdfObject>(), 0);
        foreach (var at in trailers)
            if (Try(() => new PdfParser(source, at, limits).ReadObject(), out var value) && value is PdfObject.Dictionary trailer && trailer["Root"] is not null) found = trailer;
        document.Add([new PdfSection(0, entries, found)], source.Length);
        var streams = new List<(int Number, PdfObject.Stream Stream)>();
        foreach (var number in objects.Keys.Order())
            if (document.Load(number, 0) is PdfObject.Stream stream)
            {
                if (stream.Head.NameOf("Type") == "ObjStm") streams.Add((number, stream));
                if (stream.Head.NameOf("Type") == "XRef" && stream.Head["Root"] is not null) found = stream.Head;
            }
        document._revisions[0] = document._revisions[0] with { Trailer = found };
        document.Unlock();
        foreach (var (number, stream) in streams) document.AddCompressed(number, stream);
        return document;
    }

    public PdfEntry? Entry(int number, int revision)
    {
        if (_later.TryGetValue(number, out var entries))
            for (var i = entries.Count - 1; i >= 0; i--)
                if (entries[i].Revision <= revision) return entries[i].Entry;
        return _first.TryGetValue(number, out var first) ? first : null;
    }

    public PdfObject? Load(int number, int revision)
    {
        if (Entry(number, revision) is not { Kind: not PdfEntryKind.Free } entry) return null;
        if (Place(entry, revision) is not { } place) return null;
        var key = (place.Position, place.Index, number);
        if (_kept.TryGetValue(key, out var kept)) return kept;
        // An object whose length or container leads back to itself.
        if (!_loading.Add((number, revision))) return null;
        try
        {
            var value = Try(() => entry.Kind == PdfEntryKind.Offset ? ReadAt(entry.Position, number) : ReadCompressed(number, entry, revision), out var read) ? read : PdfObject.Null.Value;
            if (_kept.Count >= MaxKept) _kept.Clear();
            return _kept[key] = value;
        }
        finally
        {
            _loading.Remove((number, revision));
        }
    }

    /// <summary>Where an object's bytes are, whatever numbers lead there; null when its container is missing.</summary>
    public (long Position, int Index)? Place(PdfEntry entry, int revision) => entry.Kind switch
    {
        PdfEntryKind.Offset => (entry.Position, -1),
        PdfEntryKind.Compressed when Entry((int)entry.Position, revision) is { Kind: PdfEntryKind.Offset } container => (container.Position, entry.Index),
        _ => null,
    };

    /// <summary>Counts bytes that are decoded or compared.</summary>
    /// <exception cref="PdfException">They are more than allowed: streams can overlap and be large out of little.</exception>
    public void Spend(long bytes)
    {
        _work += bytes;
        if (_work > Math.Max(Limits.MaxPdfStreamWork, 4 * Source.Length)) throw new PdfException("too many bytes in streams");
    }

    /// <exception cref="PdfException">The stream cannot be read.</exception>
    public byte[] Decode(PdfObject.Stream stream, PdfView view)
    {
        if (IsLocked) throw new PdfException("the file is enciphered");
        Spend(0);
        var isPlain = _decryption is null || stream.Head.NameOf("Type") == "XRef";
        var decoded = PdfStreams.Decode(Source, stream, view.Integer, isPlain ? null : _decryption, Limits, view.Resolve);
        Spend(decoded.Length);
        return decoded;
    }

    private void Add(List<PdfSection> sections, long end)
    {
        var revision = _revisions.Count;
        var changed = new HashSet<int>();
        foreach (var section in sections)
            foreach (var (number, entry) in section.Entries)
            {
                if (Entry(number, revision) is { } known ? known == entry : entry.Kind == PdfEntryKind.Free) continue;
                changed.Add(number);
                if (revision == 0) _first[number] = entry;
                else if (_later.TryGetValue(number, out var entries)) entries.Add((revision, entry));
                else _later[number] = [(revision, entry)];
            }
        _revisions.Add(new PdfRevision(end, revision == 0 ? changed : WithMembers(changed, revision), sections[^1].Trailer));
    }

    // What stands in an object stream changes with the stream.
    private HashSet<int> WithMembers(HashSet<int> changed, int revision)
    {
        var streams = changed.Where(n => Entry(n, revision - 1) is { Kind: PdfEntryKind.Offset }).Select(n => (long)n).ToHashSet();
        if (streams.Count == 0) return changed;
        foreach (var number in _first.Keys.Concat(_later.Keys))
            if (Entry(number, revision) is { Kind: PdfEntryKind.Compressed } entry && streams.Contains(entry.Position)) changed.Add(number);
        return changed;
    }

    private void AddCompressed(int container, PdfObject.Stream stream)
    {
        if (!Try(() => PdfObjectStream.Read(Decode(stream, Last), stream.Head, Last, Limits), out var objects)) return;
        for (var i = 0; i < objects.Numbers.Count; i++)
            if (!_first.ContainsKey(objects.Numbers[i]) && _first.Count < Limits.MaxPdfObjects) _first[objects.Numbers[i]] = new PdfEntry(PdfEntryKind.Compressed, container, i);
    }

    private void Unlock()
    {
        var last = Last;
        if (last.Trailer["Encrypt"] is not { } reference) return;
        _encrypt = last.Resolve(reference) as PdfObject.Dictionary;
        var id = last.Items(last.Trailer["ID"]) is [var first, ..] && last.Resolve(first) is PdfObject.String text ? text.Bytes : [];
        _decryption = _encrypt is not null && Try(() => PdfDecryption.TryOpen(_encrypt, id, last.Resolve), out var opened) ? opened : null;
        IsLocked = _decryption is null;
        _kept.Clear();
        _keptStreams.Clear();
    }

    private PdfObject ReadAt(long offset, int number)
    {
        var (found, generation, value) = new PdfParser(Source, offset, Limits).ReadIndirect();
        if (found != number) throw new PdfException("another object stands there");
        if (_decryption is null || value is PdfObject.Dictionary { Start: var start } && start == _encrypt?.Start) return value;
        return PdfDeciphered.Of(value, text => _decryption.DecryptString(found, generation, text));
    }

    private PdfObject ReadCompressed(int number, PdfEntry entry, int revision)
    {
        var view = View(revision);
        var place = Place(entry, revision)!.Value;
        if (!_keptStreams.TryGetValue(place.Position, out var objects))
        {
            if (view.Get((int)entry.Position) is not PdfObject.Stream stream || stream.Head.NameOf("Type") != "ObjStm") throw new PdfException("no object stream");
            var content = Decode(stream, view);
            objects = PdfObjectStream.Read(content, stream.Head, view, Limits);
            if (_keptStreams.Count >= MaxKeptStreams || _keptStreamBytes + content.Length > Limits.MaxPdfStreamBytes)
            {
                _keptStreams.Clear();
                _keptStreamBytes = 0;
            }
            _keptStreams[place.Position] = objects;
            _keptStreamBytes += content.Length;
        }
        return objects.Get(number, entry.Index, Limits);
    }

    private static bool Try<T>(Func<T> read, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        try
        {
            value = read();
            return true;
        }
        catch (Exception exception) when (PdfException.IsDamage(exception))
        {
            return false;
        }
    }
}
