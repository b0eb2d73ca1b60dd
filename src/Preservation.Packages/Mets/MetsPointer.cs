namespace Preservation.Packages.Mets;

/// <summary><c>FLocat</c> or <c>mptr</c>.</summary>
public sealed record MetsPointer(string? LocType, string? LinkType, string? Href, string? Title = null);
