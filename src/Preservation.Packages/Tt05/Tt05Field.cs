namespace Preservation.Packages.Tt05;

/// <summary>A field of a descriptor: its official tag, obligation and form.</summary>
/// <param name="Name">The official tag.</param>
/// <param name="IsMandatory">False for optional and for conditional fields; conditions are rules of their own.</param>
/// <param name="Kind">The form of its text.</param>
/// <param name="MaxLength">Most characters, or digits.</param>
/// <param name="Table">The codes allowed, for code fields.</param>
public sealed record Tt05Field(string Name, bool IsMandatory, Tt05FieldKind Kind, int MaxLength, IReadOnlySet<string>? Table = null);
