using System.Text;

namespace Preservation.Core.Files;

/// <summary>Names as a file system sees them that ignores case or normal form: hashes and numbers only, the names are those of a table.</summary>
public sealed class FoldedNames
{
    private const int StackCharacters = 256;
    private (int Hash, int Number)[] _slots = new (int, int)[64];
    private int _count;

    /// <summary>Adds a name of the table; false when another one is the same to such a file system.</summary>
    public bool TryAdd(NameSet names, int number, string path)
    {
        Span<char> room = stackalloc char[StackCharacters];
        var folded = Fold(path, room);
        var hash = string.GetHashCode(folded, StringComparison.Ordinal);
        var mask = _slots.Length - 1;
        var slot = hash & mask;
        for (; _slots[slot].Number != 0; slot = (slot + 1) & mask)
            if (_slots[slot].Hash == hash && IsSame(names[_slots[slot].Number - 1], folded)) return false;
        _slots[slot] = (hash, number + 1);
        if (++_count * 3 > _slots.Length * 2) Widen();
        return true;
    }

    private static bool IsSame(string path, ReadOnlySpan<char> folded) => Fold(path, stackalloc char[StackCharacters]).SequenceEqual(folded);

    private static ReadOnlySpan<char> Fold(string path, Span<char> room)
    {
        if (path.Length > room.Length || !Ascii.IsValid(path)) return Normal(path).ToUpperInvariant();
        Ascii.ToUpper(path, room, out var written);
        return room[..written];
    }

    private static string Normal(string path)
    {
        try
        {
            return path.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return path; // not valid Unicode: cannot be normalised, so it collides only with itself
        }
    }

    private void Widen()
    {
        var slots = new (int Hash, int Number)[_slots.Length * 2];
        var mask = slots.Length - 1;
        foreach (var entry in _slots)
        {
            if (entry.Number == 0) continue;
            var slot = entry.Hash & mask;
            while (slots[slot].Number != 0) slot = (slot + 1) & mask;
            slots[slot] = entry;
        }
        _slots = slots;
    }
}
