using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>Reads ReasonFlags; a bit without a meaning is left out.</summary>
internal static class RevocationReasonsReader
{
    public static RevocationReasons Read(AsnReader reader, Asn1Tag tag)
    {
        var bits = reader.ReadNamedBitList(tag);
        var reasons = RevocationReasons.None;
        for (var i = 1; i < bits.Length && i <= 8; i++)
            if (bits[i]) reasons |= (RevocationReasons)(1 << i);
        return reasons;
    }
}
