namespace Preservation.Core.Files;

/// <summary>
/// Records of bytes in a temporary file, numbered from 0 in the order they came: eight bytes a record in memory, and no file at all while they are few.
/// Reading is safe from several threads, each with a reader of its own, once adding has ended.
/// </summary>
public sealed class SpooledRecords : IDisposable
{
    private const int BlockBytes = 1 << 16;
    private readonly PieceList<long> _ends = new();
    private byte[] _block = [];
    private int _held;
    private long _written;
    private FileStream? _file;

    /// <summary>Gives the record's place among others, as far as eight bytes can.</summary>
    public delegate ulong RecordRank(ReadOnlySpan<byte> record);

    /// <summary>Compares two records.</summary>
    public delegate int RecordComparison(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    /// <summary>How many records there are.</summary>
    public int Count => _ends.Count;

    /// <summary>Adds a record at the end.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (_held + record.Length > _block.Length) MakeRoom(record.Length);
        record.CopyTo(_block.AsSpan(_held));
        _held += record.Length;
        _ends.Add(_written + _held);
    }

    /// <summary>Reads records one after the other: each of its reads brings those that follow along.</summary>
    public Reader InOrder() => new(this, BlockBytes);

    /// <summary>Reads single records, here and there.</summary>
    public Reader ByNumber() => new(this, 0);

    /// <summary>
    /// The numbers of all records in another order than they came: twelve bytes a record while it is made, four after. Records of equal rank are read
    /// and compared, equal ones keep their order; a rank should tell most of them apart.
    /// </summary>
    public int[] Sort(RecordRank rank, RecordComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(rank);
        ArgumentNullException.ThrowIfNull(comparison);
        var (ranks, order) = (new ulong[Count], new int[Count]);
        var reader = InOrder();
        for (var i = 0; i < Count; i++) (ranks[i], order[i]) = (rank(reader.Get(i)), i);
        Array.Sort(ranks, order);
        var (one, other) = (ByNumber(), ByNumber());
        var byContent = Comparer<int>.Create((a, b) => comparison(one.Get(a), other.Get(b)) is not 0 and var difference ? difference : a - b);
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && ranks[end] == ranks[start];) end++;
            if (end - start > 1) Array.Sort(order, start, end - start, byContent);
        }
        return order;
    }

    /// <summary>The first number whose record is not less than what is looked for, in records that came in order.</summary>
    /// <param name="comparison">Compares a record with what is looked for.</param>
    public int FirstFrom(Func<ReadOnlyMemory<byte>, int> comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var reader = ByNumber();
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (comparison(reader.GetMemory(middle)) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void MakeRoom(int bytes)
    {
        if (_held + bytes <= BlockBytes)
        {
            Array.Resize(ref _block, Math.Min(BlockBytes, Math.Max(_block.Length * 4, Math.Max(bytes + _held, 256))));
            return;
        }
        _file ??= TemporaryFile.Create();
        RandomAccess.Write(_file.SafeFileHandle, _block.AsSpan(0, _held), _written);
        _written += _held;
        _held = 0;
        if (bytes > _block.Length) _block = new byte[bytes];
    }

    private void Read(long at, Span<byte> bytes)
    {
        var stored = (int)Math.Clamp(_written - at, 0, bytes.Length);
        for (var read = 0; read < stored;)
        {
            var count = RandomAccess.Read(_file!.SafeFileHandle, bytes[read..stored], at + read);
            if (count == 0) throw new EndOfStreamException("a temporary file is shorter than what was written to it");
            read += count;
        }
        if (stored < bytes.Length) _block.AsSpan((int)(at + stored - _written), bytes.Length - stored).CopyTo(bytes[stored..]);
    }

    /// <summary>Gives records out of a buffer of its own: what it gave is valid until the next call. For one thread.</summary>
    public sealed class Reader
    {
        private readonly SpooledRecords _records;
        private readonly int _ahead;
        private byte[] _room = [];
        private long _from;
        private int _length;

        internal Reader(SpooledRecords records, int ahead) => (_records, _ahead) = (records, ahead);

        /// <summary>The record with this number.</summary>
        public ReadOnlySpan<byte> Get(int number) => GetMemory(number).Span;

        /// <inheritdoc cref="Get"/>
        public ReadOnlyMemory<byte> GetMemory(int number)
        {
            var start = number == 0 ? 0 : _records._ends[number - 1];
            var bytes = (int)(_records._ends[number] - start);
            if (start < _from || start + bytes > _from + _length)
            {
                var wanted = (int)Math.Min(Math.Max(bytes, _ahead), _records._written + _records._held - start);
                if (_room.Length < wanted) _room = new byte[wanted];
                _records.Read(start, _room.AsSpan(0, wanted));
                (_from, _length) = (start, wanted);
            }
            return _room.AsMemory((int)(start - _from), bytes);
        }
    }
}
