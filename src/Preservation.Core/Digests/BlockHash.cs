namespace Preservation.Core.Digests;

/// <summary>A hash that eats blocks of one size: gathers them and counts the bytes.</summary>
internal abstract class BlockHash(int blockBytes) : RunningHash
{
    private readonly byte[] _block = new byte[blockBytes];
    private int _filled;
    private ulong _total;

    public sealed override void AppendData(ReadOnlySpan<byte> data)
    {
        _total = unchecked(_total + (ulong)data.Length);
        if (_filled > 0)
        {
            var taken = Math.Min(data.Length, blockBytes - _filled);
            data[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            data = data[taken..];
            if (_filled < blockBytes) return;
            Compress(_block);
            _filled = 0;
        }
        for (; data.Length >= blockBytes; data = data[blockBytes..]) Compress(data[..blockBytes]);
        data.CopyTo(_block);
        _filled = data.Length;
    }

    public sealed override byte[] GetHashAndReset()
    {
        var digest = Finish(_block, _filled, _total);
        Array.Clear(_block);
        _filled = 0;
        _total = 0;
        Restart();
        return digest;
    }

    /// <summary>Takes in one block.</summary>
    protected abstract void Compress(ReadOnlySpan<byte> block);

    /// <summary>Pads, takes in what is left and gives the digest.</summary>
    /// <param name="block">Holds the last, unfinished block.</param>
    /// <param name="filled">Bytes of it that are data.</param>
    /// <param name="total">Bytes of data in all.</param>
    protected abstract byte[] Finish(byte[] block, int filled, ulong total);

    /// <summary>Sets the state as at the start.</summary>
    protected abstract void Restart();

    /// <summary>The padding of Merkle and Damgård: one bit, zeros, the length in bits in the last <paramref name="lengthBytes"/> bytes.</summary>
    protected void Pad(byte[] block, int filled, int lengthBytes, Action<Span<byte>> writeLength)
    {
        block[filled++] = 0x80;
        block.AsSpan(filled).Clear();
        if (filled > blockBytes - lengthBytes)
        {
            Compress(block);
            Array.Clear(block);
        }
        writeLength(block.AsSpan(blockBytes - 8));
        Compress(block);
    }
}
