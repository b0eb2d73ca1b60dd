using System.Globalization;

namespace Preservation.Ocfl.Inventories;

/// <summary>The number of a version and how its folder writes it: <c>v3</c>, or <c>v0003</c> when padded (OCFL §3.2).</summary>
public sealed record VersionNumber
{
    private VersionNumber(int number, int digits)
    {
        Number = number;
        Digits = digits;
    }

    /// <summary><c>v1</c></summary>
    public static VersionNumber First { get; } = new(1, 0);

    /// <summary>1 for the first version.</summary>
    public int Number { get; }

    /// <summary>Digits of a zero-padded folder name; 0 when names are not padded.</summary>
    public int Digits { get; }

    /// <summary>The folder's name.</summary>
    public string Name => Digits == 0
        ? "v" + Number.ToString(CultureInfo.InvariantCulture)
        : "v" + Number.ToString("D" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The version with this number in the same naming.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number this naming can write.</exception>
    public VersionNumber With(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        var made = new VersionNumber(number, Digits);
        // A padded name keeps its leading zero: v09 is the last of two digits (E011).
        return Digits == 0 || (made.Name.Length == Digits + 1 && made.Name[1] == '0')
            ? made
            : throw new ArgumentOutOfRangeException(nameof(number), number, $"cannot be written with {Digits} digits");
    }

    /// <summary>The version after this one, in the same naming.</summary>
    public VersionNumber Next() => With(Number + 1);

    /// <summary>Reads a folder's name; false when it is none of a version.</summary>
    public static bool TryParse(string? name, out VersionNumber version)
    {
        version = First;
        if (name is null || name.Length is < 2 or > 10 || name[0] != 'v') return false;
        if (!int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1) return false;
        version = new VersionNumber(number, name[1] == '0' ? name.Length - 1 : 0);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
