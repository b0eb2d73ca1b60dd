namespace Preservation.Core.Files;

/// <summary>Many short byte strings, kept in large pieces that never move. At most 4 GiB in all, 64 KiB each.</summary>
internal sealed class BytePieces
{
    private const int PieceBits = 16;
    private const int PieceBytes = 1 << PieceBits;
    private readonly List<byte[]> _pieces = [];
    private int _used = PieceBytes;

    /// <summary>Keeps the bytes and tells where.</summary>
    /// <exception cref="InvalidDataException">There is no more room.</exception>
    public uint Add(ReadOnlySpan<byte> bytes)
    {
        if (_used + Math.Max(bytes.Length, 1) > PieceBytes)
        {
            if (_pieces.Count == 1 << (32 - PieceBits)) throw new InvalidDataException("more than 4 GiB of names or digests");
            _pieces.Add(new byte[PieceBytes]);
            _used = 0;
        }
        bytes.CopyTo(_pieces[^1].AsSpan(_used));
        var at = ((uint)(_pieces.Count - 1) << PieceBits) | (uint)_used;
        _used += bytes.Length;
        return at;
    }

    /// <summary>The bytes kept there.</summary>
    public ReadOnlySpan<byte> Get(uint at, int length) => _pieces[(int)(at >> PieceBits)].AsSpan((int)(at & (PieceBytes - 1)), length);
}
