namespace Preservation.Ocfl;

/// <summary>An edition of the OCFL specification.</summary>
public sealed class OcflVersion
{
    private readonly int _order;

    private OcflVersion(int order, string number)
    {
        _order = order;
        Number = number;
    }

    /// <summary>OCFL 1.0 (2020).</summary>
    public static OcflVersion V10 { get; } = new(0, "1.0");

    /// <summary>OCFL 1.1 (2022), which we write.</summary>
    public static OcflVersion V11 { get; } = new(1, "1.1");

    /// <summary><c>1.1</c></summary>
    public string Number { get; }

    /// <summary>The inventory's <c>type</c> (§3.5.1).</summary>
    public string InventoryType => $"https://ocfl.io/{Number}/spec/#inventory";

    /// <summary>The dvalue of an object's declaration (§3.3).</summary>
    public string ObjectDeclaration => "ocfl_object_" + Number;

    /// <summary>The dvalue of a storage root's declaration (§4.1).</summary>
    public string RootDeclaration => "ocfl_" + Number;

    /// <summary>All editions, oldest first.</summary>
    public static IReadOnlyList<OcflVersion> All { get; } = [V10, V11];

    /// <summary>Was this edition published with or after the other?</summary>
    public bool IsAtLeast(OcflVersion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _order >= other._order;
    }

    /// <inheritdoc/>
    public override string ToString() => Number;
}
