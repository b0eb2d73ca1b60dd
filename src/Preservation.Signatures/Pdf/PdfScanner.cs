using System.Collections.Immutable;

namespace Preservation.Signatures.Pdf;

/// <summary>
/// Finds the signature dictionaries of every revision by walking the file's objects from first to last, whatever the cross-references say.
/// Streams are passed over, so that an attached signed PDF is not taken for this one. Memory grows with the number of objects alone.
/// </summary>
internal sealed class PdfScanner
{
    private const int MaxDepth = 64;
    private readonly PdfTokens _tokens;
    private readonly SignatureLimits _limits;
    private readonly bool _trustLengths;
    private readonly List<PdfSignatureDictionary> _found = [];
    private readonly Dictionary<int, long> _objects = [];
    private readonly List<long> _trailers = [];
    private readonly List<(long At, long Pointer)> _pointers = [];
    private readonly Func<long, long?> _integer;
    private bool _lengthsLie;
    private long _object;
    private long _lastObject;

    private PdfScanner(Stream stream, SignatureLimits limits, bool trustLengths, Func<long, long?> integer)
    {
        _tokens = new PdfTokens(stream, limits.MaxCmsBytes);
        _limits = limits;
        _trustLengths = trustLengths;
        _integer = integer;
    }

    /// <summary>
    /// Reads the file once; a second time, looking for <c>endstream</c> alone, when a stream's length is not what it says: nothing can be
    /// hidden behind a false length.
    /// </summary>
    /// <param name="stream">Seekable; read from its start.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="integer">The whole number that an object is, for the lengths of streams; null when it is none.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static PdfScan Scan(Stream stream, SignatureLimits limits, Func<long, long?> integer, CancellationToken cancellationToken)
    {
        foreach (var trustLengths in new[] { true, false })
        {
            stream.Position = 0;
            var scanner = new PdfScanner(stream, limits, trustLengths, integer);
            scanner.Scan(cancellationToken);
            if (!scanner._lengthsLie) return scanner.Finish();
        }
        throw new InvalidOperationException("the second pass trusts no length");
    }

    private PdfScan Finish()
    {
        var ends = ImmutableArray.CreateBuilder<(long End, long Pointer)>();
        var next = 0;
        foreach (var end in _tokens.Ends)
        {
            // Each end takes the last startxref since the end before it.
            var pointer = -1L;
            while (next < _pointers.Count && _pointers[next].At < end) pointer = _pointers[next++].Pointer;
            ends.Add((end, pointer));
        }
        return new PdfScan([.. _found], ends.ToImmutable(), _tokens.Position, _objects, _trailers, _lastObject);
    }

    private void Scan(CancellationToken cancellationToken)
    {
        long first = 0, second = 0, firstAt = 0, secondAt = 0;
        while (!_lengthsLie && _found.Count <= _limits.MaxSignatures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (_tokens.Read())
            {
                case PdfTokenKind.End:
                    return;
                case PdfTokenKind.Number:
                    (first, second, firstAt, secondAt) = (second, _tokens.Number, secondAt, _tokens.Start);
                    if (_isPointer) _pointers.Add((_tokens.Start, _tokens.Number));
                    _isPointer = false;
                    break;
                case PdfTokenKind.Keyword when _tokens.Word == "obj":
                    _object = first;
                    _lastObject = firstAt;
                    if (first is > 0 and <= int.MaxValue && _objects.Count < _limits.MaxPdfObjects) _objects[(int)first] = firstAt;
                    break;
                case PdfTokenKind.Keyword when _tokens.Word == "endobj":
                    _object = 0;
                    break;
                case PdfTokenKind.Keyword when _tokens.Word == "startxref" && _pointers.Count < _limits.MaxPdfObjects:
                    _isPointer = true;
                    break;
                case PdfTokenKind.Keyword when _tokens.Word == "trailer" && _trailers.Count < _limits.MaxPdfRevisions:
                    _trailers.Add(_tokens.Position);
                    break;
                case PdfTokenKind.OpenDictionary:
                    ReadObject();
                    break;
                default:
                    break;
            }
        }
    }

    private bool _isPointer;

    private void ReadObject()
    {
        var dictionary = ReadDictionary(0);
        _pending = null;
        if (dictionary is null || _object == 0) return;
        var kind = _tokens.Read();
        if (kind == PdfTokenKind.Keyword && _tokens.Word == "stream") SkipStream(dictionary.LengthObject is { } number ? _integer(number) : dictionary.Length);
        else if (kind == PdfTokenKind.Keyword && _tokens.Word == "endobj") _object = 0;
        else if (kind == PdfTokenKind.Keyword && _tokens.Word == "startxref") _isPointer = true;
    }

    private void SkipStream(long? length)
    {
        if (!_trustLengths || length is not { } bytes || bytes < 0)
        {
            _tokens.SkipToEndStream();
            return;
        }
        _tokens.SkipStream(bytes);
        _lengthsLie = _tokens.Read() != PdfTokenKind.Keyword || _tokens.Word != "endstream";
    }

    private Frame? ReadDictionary(int depth)
    {
        var frame = new Frame { Offset = _tokens.Start };
        string? key = null;
        string? last = null;
        for (var count = 0; count < _limits.MaxPdfTokens; count++)
        {
            var kind = Read();
            if (kind == PdfTokenKind.End) return null;
            if (kind == PdfTokenKind.CloseDictionary)
            {
                Keep(frame);
                return frame;
            }
            if (kind == PdfTokenKind.Keyword && _tokens.Word is "endobj" or "obj")
            {
                _pending = kind;
                return frame;
            }
            if (key is null)
            {
                if (kind == PdfTokenKind.Name) key = _tokens.Word;
                else if (kind == PdfTokenKind.Keyword && _tokens.Word == "R" && last == "Length") (frame.LengthObject, frame.Length) = (frame.Length, null);
                else if (kind == PdfTokenKind.OpenDictionary && depth < MaxDepth) ReadDictionary(depth + 1);
                continue;
            }
            ReadValue(frame, key, kind, depth);
            (last, key) = (key, null);
        }
        return frame;
    }

    private PdfTokenKind? _pending;

    private PdfTokenKind Read()
    {
        if (_pending is not { } kind) return _tokens.Read();
        _pending = null;
        return kind;
    }

    private void ReadValue(Frame frame, string key, PdfTokenKind kind, int depth)
    {
        switch (kind)
        {
            case PdfTokenKind.OpenDictionary when depth < MaxDepth:
                ReadDictionary(depth + 1);
                break;
            case PdfTokenKind.OpenArray:
                var numbers = ReadArray(depth + 1);
                if (key == "ByteRange") frame.ByteRange = numbers;
                break;
            case PdfTokenKind.Hex when key == "Contents":
                (frame.Contents, frame.ContentsStart, frame.ContentsEnd) = (_tokens.Hex ?? [], _tokens.Start, _tokens.Position);
                break;
            case PdfTokenKind.Name when key == "SubFilter":
                frame.SubFilter = _tokens.Word;
                break;
            case PdfTokenKind.Number when key == "Length":
                frame.Length = _tokens.Number;
                break;
            default:
                break;
        }
    }

    private ImmutableArray<long> ReadArray(int depth)
    {
        var numbers = ImmutableArray.CreateBuilder<long>();
        for (var count = 0; count < _limits.MaxPdfTokens; count++)
        {
            switch (Read())
            {
                case PdfTokenKind.End or PdfTokenKind.CloseArray:
                    return numbers.ToImmutable();
                case PdfTokenKind.Number when numbers.Count < 64:
                    numbers.Add(_tokens.Number);
                    break;
                case PdfTokenKind.OpenArray when depth < MaxDepth:
                    ReadArray(depth + 1);
                    break;
                case PdfTokenKind.OpenDictionary when depth < MaxDepth:
                    ReadDictionary(depth + 1);
                    break;
                default:
                    break;
            }
        }
        return numbers.ToImmutable();
    }

    private void Keep(Frame frame)
    {
        if (frame.ByteRange.IsDefault) return;
        _found.Add(new PdfSignatureDictionary(
            _object, frame.Offset, frame.ByteRange, frame.Contents, frame.ContentsStart, frame.ContentsEnd, frame.SubFilter));
    }

    private sealed class Frame
    {
        public long Offset { get; init; }
        public ImmutableArray<long> ByteRange { get; set; }
        public byte[] Contents { get; set; } = [];
        public long ContentsStart { get; set; }
        public long ContentsEnd { get; set; }
        public string SubFilter { get; set; } = "";
        public long? Length { get; set; }
        public long? LengthObject { get; set; }
    }
}
