namespace Preservation.Packages.Premis;

/// <summary>An identifier of a PREMIS object, event or agent: <c>…IdentifierType</c> and <c>…IdentifierValue</c>.</summary>
public sealed record PremisIdentifier(string Type, string Value);
