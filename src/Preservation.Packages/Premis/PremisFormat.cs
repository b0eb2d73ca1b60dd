namespace Preservation.Packages.Premis;

/// <summary><c>format</c>: a name, a registry key (<c>PRONOM</c>, <c>fmt/…</c>), or both.</summary>
public sealed record PremisFormat(string? Name, string? Version, string? RegistryName, string? RegistryKey, string? Note = null);
