using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>The curves that signatures use, and the names of those that a key spells out (RFC 3279 §2.3.5 ECParameters).</summary>
internal static class NamedCurves
{
    private const string PrimeField = "1.2.840.10045.1.1";

    private static readonly string[] Oids =
    [
        "1.2.840.10045.3.1.1", "1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35", "1.3.132.0.10",
        "1.3.36.3.3.2.8.1.1.1", "1.3.36.3.3.2.8.1.1.2", "1.3.36.3.3.2.8.1.1.3", "1.3.36.3.3.2.8.1.1.4", "1.3.36.3.3.2.8.1.1.5",
        "1.3.36.3.3.2.8.1.1.6", "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.8", "1.3.36.3.3.2.8.1.1.9", "1.3.36.3.3.2.8.1.1.10",
        "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.12", "1.3.36.3.3.2.8.1.1.13", "1.3.36.3.3.2.8.1.1.14",
    ];

    private static readonly Lazy<FrozenDictionary<string, string>> ByParameters = new(ReadPlatform);

    /// <summary>
    /// The name of spelt-out parameters; null for any other curve. All of field, coefficients, generator and order must agree: a foreign
    /// generator on a known curve is how forged roots were made.
    /// </summary>
    public static string? Find(ReadOnlyMemory<byte> parameters)
    {
        var reader = new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence();
        reader.ReadInteger();
        var field = reader.ReadSequence();
        if (field.ReadObjectIdentifier() != PrimeField) return null;
        var prime = field.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
        var curve = reader.ReadSequence();
        var (a, b) = (curve.ReadOctetString(), curve.ReadOctetString());
        var generator = reader.ReadOctetString();
        var order = reader.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
        return generator.Length % 2 == 1 && generator[0] == 4
            && ByParameters.Value.TryGetValue(Key(prime, a, b, generator.AsSpan(1, generator.Length / 2), generator.AsSpan(1 + (generator.Length / 2)), order), out var oid)
            ? oid : null;
    }

    private static FrozenDictionary<string, string> ReadPlatform()
    {
        var found = new Dictionary<string, string>();
        foreach (var oid in Oids)
        {
            try
            {
                using var key = ECDsa.Create(ECCurve.CreateFromValue(oid));
                var curve = key.ExportExplicitParameters(includePrivateParameters: false).Curve;
                found[Key(curve.Prime!, curve.A!, curve.B!, curve.G.X!, curve.G.Y!, curve.Order!)] = oid;
            }
            catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
            {
                // This platform was built without the curve: keys on it are told as unsupported.
                continue;
            }
        }
        return found.ToFrozenDictionary();
    }

    private static string Key(
        ReadOnlySpan<byte> prime, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> order) =>
        $"{Text(prime)}/{Text(a)}/{Text(b)}/{Text(x)}/{Text(y)}/{Text(order)}";

    private static string Text(ReadOnlySpan<byte> number) => Convert.ToHexString(number.TrimStart((byte)0));
}
