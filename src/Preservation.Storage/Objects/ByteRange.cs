namespace Preservation.Storage.Objects;

/// <summary>A part of an object. A part that reaches beyond the end gives what is there.</summary>
public sealed record ByteRange
{
    /// <exception cref="ArgumentOutOfRangeException">A negative start, or no byte at all.</exception>
    public ByteRange(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Start = start;
        Length = length;
    }

    /// <summary>First byte, counted from 0.</summary>
    public long Start { get; }

    /// <summary>How many bytes.</summary>
    public long Length { get; }
}
