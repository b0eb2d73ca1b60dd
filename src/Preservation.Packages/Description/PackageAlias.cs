namespace Preservation.Packages.Description;

/// <summary>Another code of a package or document, unique in its scheme (<c>fileCode</c>, <c>docCode</c>, <c>OBJID</c>, …).</summary>
public sealed record PackageAlias(string Scheme, string Value);
