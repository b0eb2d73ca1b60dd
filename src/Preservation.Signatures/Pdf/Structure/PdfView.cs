namespace Preservation.Signatures.Pdf.Structure;

/// <summary>A document as a reader of one of its revisions has it.</summary>
internal sealed class PdfView(PdfDocument document, int revision)
{
    public int Revision => revision;
    public PdfObject.Dictionary Trailer => document.Revisions[revision].Trailer;
    public PdfObject.Dictionary? Catalog => Resolve(Trailer["Root"]) as PdfObject.Dictionary;

    /// <summary>The object of a number; null when it is free, missing, or cannot be read.</summary>
    public PdfObject? Get(int number) => document.Load(number, revision);

    /// <summary>What a reference leads to, through a bounded number of others; null for null.</summary>
    public PdfObject? Resolve(PdfObject? value)
    {
        for (var hops = 0; value is PdfObject.Reference reference; hops++)
        {
            if (hops > 16) return null;
            value = Get(reference.Number);
        }
        return value is PdfObject.Null ? null : value;
    }

    public PdfObject.Dictionary? Dictionary(PdfObject? value) => Resolve(value) switch
    {
        PdfObject.Dictionary dictionary => dictionary,
        PdfObject.Stream stream => stream.Head,
        _ => null,
    };

    public IReadOnlyList<PdfObject> Items(PdfObject? value) => Resolve(value) is PdfObject.Array array ? array.Items : [];

    public string? Name(PdfObject? value) => (Resolve(value) as PdfObject.Name)?.Value;

    public long? Integer(PdfObject? value) => Resolve(value) switch
    {
        PdfObject.Integer integer => integer.Value,
        PdfObject.Real { Value: > -1e15 and < 1e15 } real => (long)real.Value,
        _ => null,
    };

    /// <summary>Where an object stands in this revision.</summary>
    public PdfEntry? Entry(int number) => document.Entry(number, revision);

    /// <summary>The content of a stream; null when it is none or cannot be read.</summary>
    public byte[]? Content(PdfObject? value)
    {
        try
        {
            return Resolve(value) is PdfObject.Stream stream ? document.Decode(stream, this) : null;
        }
        catch (Exception exception) when (PdfException.IsDamage(exception))
        {
            return null;
        }
    }

    /// <summary>The content of a stream; null when it cannot be read.</summary>
    public byte[]? Decoded(PdfObject.Stream stream) => Content(stream);

    /// <summary>Are the stored bytes of two streams equal.</summary>
    /// <exception cref="PdfException">Too much was compared already.</exception>
    public bool IsSameStored(PdfObject.Stream from, PdfObject.Stream to, long length, int bufferBytes)
    {
        document.Spend(length);
        var (one, other) = (new byte[bufferBytes], new byte[bufferBytes]);
        for (var at = 0L; at < length; at += bufferBytes)
        {
            var step = (int)Math.Min(bufferBytes, length - at);
            if (document.Source.Read(from.DataStart + at, one.AsSpan(0, step)) != step || document.Source.Read(to.DataStart + at, other.AsSpan(0, step)) != step) return false;
            if (!one.AsSpan(0, step).SequenceEqual(other.AsSpan(0, step))) return false;
        }
        return true;
    }

    /// <summary>Length of a stream's stored bytes; null when it has no end.</summary>
    public long? StoredLength(PdfObject.Stream stream)
    {
        try
        {
            return PdfStreams.Length(document.Source, stream, Integer, document.Limits);
        }
        catch (Exception exception) when (PdfException.IsDamage(exception))
        {
            return null;
        }
    }
}
