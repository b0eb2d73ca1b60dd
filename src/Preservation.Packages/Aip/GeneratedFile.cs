namespace Preservation.Packages.Aip;

/// <summary>A file the service adds to an AIP, for instance a signature report under <c>metadata/other/signatures/</c>.</summary>
public sealed record GeneratedFile(string Path, ReadOnlyMemory<byte> Content);
