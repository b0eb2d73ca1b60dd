using System.Globalization;

namespace Preservation.Signatures.Algorithms;

/// <summary>An algorithm that a verdict rests on, as the catalogue of algorithms names it.</summary>
/// <param name="Name"><c>SHA-256</c>, <c>RSA</c> (PKCS #1 v1.5), <c>RSASSA-PSS</c>, <c>ECDSA</c>, <c>DSA</c> …</param>
/// <param name="Bits">Length of the key in bits; 0 for a digest.</param>
internal readonly record struct AlgorithmUse(string Name, int Bits)
{
    public override string ToString() => Bits == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name} {Bits}");
}
