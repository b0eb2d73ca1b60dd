namespace Preservation.Signatures.TrustLists;

/// <summary>A trusted list as it was found, before anybody believes it.</summary>
/// <param name="Name">File name, or the address it was fetched from.</param>
/// <param name="Bytes">The document.</param>
public sealed record TrustListFile(string Name, ReadOnlyMemory<byte> Bytes);
