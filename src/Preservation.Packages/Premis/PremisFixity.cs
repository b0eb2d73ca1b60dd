namespace Preservation.Packages.Premis;

/// <summary><c>fixity</c>: algorithm as written (<c>SHA-256</c>) and hexadecimal value.</summary>
public sealed record PremisFixity(string Algorithm, string Value, string? Originator = null);
