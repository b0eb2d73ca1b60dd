namespace Preservation.Ocfl.Inventories;

/// <summary>Who made a version.</summary>
/// <param name="Name">Name of the person or agent.</param>
/// <param name="Address">A URI (<c>mailto:</c>, ORCID, agent id); null when none was given (W008).</param>
public sealed record VersionUser(string Name, string? Address);
