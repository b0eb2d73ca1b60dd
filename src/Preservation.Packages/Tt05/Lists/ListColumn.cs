namespace Preservation.Packages.Tt05.Lists;

/// <summary>A column of the table and what it holds.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Heading">As it stands.</param>
/// <param name="Field">With its scope (<c>document.mode</c>); null for a heading that is not known.</param>
internal sealed record ListColumn(int Index, string Heading, string? Field);
