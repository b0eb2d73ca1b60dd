using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>Time (RFC 5280 §4.1.2.5): UTCTime until 2049, GeneralizedTime from 2050.</summary>
internal static class AsnTimes
{
    public static DateTimeOffset Read(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime) ? reader.ReadGeneralizedTime() : reader.ReadUtcTime(2049);
}
