using System.Buffers;

namespace Preservation.Storage.Ocfl;

/// <summary>A pooled piece of content that several readers hold; the last to release it gives the buffer back.</summary>
internal sealed class TeePiece(int length, int holders)
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(length);
    private int _holders = holders;

    public int Length => length;

    public Memory<byte> Memory => _buffer.AsMemory(0, length);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) ArrayPool<byte>.Shared.Return(_buffer);
    }

    public void ReleaseAll()
    {
        if (Interlocked.Exchange(ref _holders, 0) > 0) ArrayPool<byte>.Shared.Return(_buffer);
    }
}
