using System.Globalization;

namespace Preservation.Evidence.Planning;

/// <summary>An algorithm that evidence rests on, by the names of the catalogue of algorithms (<c>schemas/algorithms</c>).</summary>
/// <param name="Name"><c>SHA-256</c>, <c>RSA</c> (PKCS #1 v1.5), <c>RSASSA-PSS</c>, <c>ECDSA</c> …</param>
/// <param name="Bits">Length of the key in bits; 0 for a digest.</param>
public readonly record struct UsedAlgorithm(string Name, int Bits)
{
    /// <summary><c>RSA 2048</c>, <c>SHA-256</c>.</summary>
    public override string ToString() => Bits == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name} {Bits}");
}
