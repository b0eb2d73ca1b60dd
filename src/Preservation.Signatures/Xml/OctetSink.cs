namespace Preservation.Signatures.Xml;

/// <summary>Takes octets in small portions and hands them in large ones to a digest or keeps them.</summary>
internal sealed class OctetSink(OctetTaker? digest, XmlBudget budget)
{
    private const int BufferBytes = 1 << 15;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly MemoryStream? _kept = digest is null ? new MemoryStream() : null;
    private int _used;

    public void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > BufferBytes - _used) Flush();
        if (octets.Length > BufferBytes)
        {
            budget.Canonical(octets.Length);
            Deliver(octets);
        }
        else
        {
            octets.CopyTo(_buffer.AsSpan(_used));
            _used += octets.Length;
        }
    }

    public void Write(byte octet)
    {
        if (_used == BufferBytes) Flush();
        _buffer[_used++] = octet;
    }

    /// <summary>Everything written, where no digest takes it.</summary>
    public byte[] ToArray()
    {
        Flush();
        return (_kept ?? throw new InvalidOperationException("the octets went into a digest")).ToArray();
    }

    public void Flush()
    {
        budget.Canonical(_used);
        Deliver(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    /// <summary>Passes on the octets of a file, which are read once and cost no memory: no budget is charged.</summary>
    public void Pass(ReadOnlySpan<byte> octets)
    {
        if (_used > 0) Flush();
        Deliver(octets);
    }

    private void Deliver(ReadOnlySpan<byte> octets)
    {
        if (_kept is not null && _kept.Length + octets.Length > budget.Limits.MaxXmlBytes)
            throw new XmlLimitException(nameof(SignatureLimits.MaxXmlBytes), budget.Limits.MaxXmlBytes);
        digest?.Invoke(octets);
        _kept?.Write(octets);
    }
}

/// <summary>Takes in more octets, as a digest in the making does.</summary>
internal delegate void OctetTaker(ReadOnlySpan<byte> octets);
