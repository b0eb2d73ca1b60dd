namespace Preservation.Packages.Mets;

/// <summary><c>structMap</c>; a METS document has at least one.</summary>
public sealed record MetsStructMap(string? Id, string? Type, string? Label, MetsDiv? Root);
