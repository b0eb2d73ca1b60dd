using System.Formats.Asn1;

namespace Preservation.Signatures.Algorithms;

/// <summary>AlgorithmIdentifier (RFC 5280 §4.1.1.2); parameters as encoded.</summary>
internal readonly record struct AlgorithmId(string Oid, ReadOnlyMemory<byte>? Parameters)
{
    public static AlgorithmId Read(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        var oid = sequence.ReadObjectIdentifier();
        return new AlgorithmId(oid, sequence.HasData ? sequence.ReadEncodedValue() : null);
    }
}
