using System.Buffers;
using System.Text;

namespace Preservation.Core.Files;

/// <summary>
/// Distinct names, numbered from 0 in the order they came. They are kept as UTF-8 in large pieces: about 20 bytes a name beside its
/// own, where strings in a dictionary take some 150. Reading is safe from several threads once adding has ended.
/// </summary>
public sealed class NameSet
{
    private const int StackBytes = 768;
    private readonly BytePieces _bytes = new();
    private int[] _slots = new int[64];
    private readonly PieceList<Name> _names = new();

    private readonly record struct Name(uint At, ushort Length, int Hash);

    /// <summary>Bytes of the longest name that can be kept; what is beyond is cut off.</summary>
    public const int MaxBytes = ushort.MaxValue;

    /// <summary>How many names there are.</summary>
    public int Count => _names.Count;

    /// <summary>The name with this number.</summary>
    public string this[int number] => Encoding.UTF8.GetString(Utf8(number));

    /// <summary>The bytes of the name with this number.</summary>
    public ReadOnlySpan<byte> Utf8(int number)
    {
        var name = _names[number];
        return _bytes.Get(name.At, name.Length);
    }

    /// <summary>Adds a name; false when it is there already. Either way the number is the name's.</summary>
    public bool TryAdd(ReadOnlySpan<char> name, out int number)
    {
        var rented = Encode(name, stackalloc byte[StackBytes], out var utf8);
        var isNew = TryAdd(utf8, out number);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return isNew;
    }

    /// <summary>The same for a name in bytes, of any kind.</summary>
    /// <exception cref="ArgumentException">Longer than <see cref="MaxBytes"/>.</exception>
    public bool TryAdd(ReadOnlySpan<byte> name, out int number)
    {
        if (name.Length > MaxBytes) throw new ArgumentException("the name is too long", nameof(name));
        var hash = HashOf(name);
        var slot = SlotOf(hash, name);
        number = _slots[slot] - 1;
        if (number >= 0) return false;
        _names.Add(new Name(_bytes.Add(name), (ushort)name.Length, hash));
        number = Count - 1;
        _slots[slot] = Count;
        if (Count * 3L > _slots.Length * 2L) Widen();
        return true;
    }

    /// <summary>The number of a name, or -1.</summary>
    public int Find(ReadOnlySpan<char> name)
    {
        var rented = Encode(name, stackalloc byte[StackBytes], out var utf8);
        var number = Find(utf8);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return number;
    }

    /// <summary>The same for a name in bytes.</summary>
    public int Find(ReadOnlySpan<byte> name) => _slots[SlotOf(HashOf(name), name)] - 1;

    /// <summary>Compares two names byte by byte.</summary>
    public int Compare(int one, int other) => Utf8(one).SequenceCompareTo(Utf8(other));

    // What is no valid Unicode is kept with replacement characters, and so are the names it is looked up by.
    private static byte[]? Encode(ReadOnlySpan<char> name, Span<byte> room, out ReadOnlySpan<byte> utf8)
    {
        byte[]? rented = null;
        if (name.Length * 3L > room.Length) room = rented = ArrayPool<byte>.Shared.Rent(Math.Min(name.Length, MaxBytes) * 3);
        System.Text.Unicode.Utf8.FromUtf16(name, room, out _, out var written, replaceInvalidSequences: true);
        utf8 = room[..Math.Min(written, MaxBytes)];
        return rented;
    }

    private int SlotOf(int hash, ReadOnlySpan<byte> utf8)
    {
        var mask = _slots.Length - 1;
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            var number = _slots[slot] - 1;
            if (number < 0 || (_names[number].Hash == hash && Utf8(number).SequenceEqual(utf8))) return slot;
        }
    }

    // Seeded anew in every process: nobody can choose names that collide.
    private static int HashOf(ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    private void Widen()
    {
        var slots = new int[_slots.Length * 2];
        var mask = slots.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var slot = _names[number].Hash & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = number + 1;
        }
        _slots = slots;
    }
}
