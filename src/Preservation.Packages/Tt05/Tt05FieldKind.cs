namespace Preservation.Packages.Tt05;

/// <summary>What a field's text must be.</summary>
public enum Tt05FieldKind
{
    /// <summary>Any text up to the field's length.</summary>
    Text,

    /// <summary>One code of the field's table.</summary>
    Code,

    /// <summary>One or more codes of the field's table, separated by <c>;</c>.</summary>
    Codes,

    /// <summary><c>DD/MM/YYYY</c>.</summary>
    Date,

    /// <summary><c>DD/MM/YYYY</c>, <c>MM/YYYY</c> or <c>YYYY</c> (in AIPs).</summary>
    PartialDate,

    /// <summary>A whole number from 0.</summary>
    Number,
}
