namespace Preservation.Packages.Premis;

/// <summary><c>storage</c>: where an object lies and on what; PREMIS wants at least one of the three.</summary>
public sealed record PremisStorage(string? LocationType, string? Location, string? Medium);
