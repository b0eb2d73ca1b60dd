namespace Preservation.Packages.Premis;

/// <summary>A person, organisation or software that takes part in events.</summary>
/// <param name="Identifier">Its identifier.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>person</c>, <c>organization</c>, <c>software</c> or <c>hardware</c>.</param>
/// <param name="Version">Version of a software.</param>
/// <param name="Note">Anything else.</param>
public sealed record PremisAgent(PremisIdentifier Identifier, string Name, string Type, string? Version = null, string? Note = null);
