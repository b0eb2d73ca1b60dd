using System.Security.Cryptography;

namespace Preservation.Signatures.Xml;

/// <summary>Takes octets in small portions and hands them in large ones to a digest or keeps them.</summary>
internal sealed class OctetSink(IncrementalHash? digest, XmlBudget budget)
{
    private const int BufferBytes = 1 << 15;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly MemoryStream? _kept = digest is null ? new MemoryStream() : null;
    private int _used;

    public void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > BufferBytes - _used) Flush();
        if (octets.Length > BufferBytes) Pass(octets);
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
        Pass(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private void Pass(ReadOnlySpan<byte> octets)
    {
        budget.Canonical(octets.Length);
        if (_kept is not null && _kept.Length + octets.Length > budget.Limits.MaxXmlBytes)
            throw new XmlLimitException(nameof(SignatureLimits.MaxXmlBytes), budget.Limits.MaxXmlBytes);
        digest?.AppendData(octets);
        _kept?.Write(octets);
    }
}
