using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.TimeStamps;

/// <summary>TimeStampResp (RFC 3161 §2.4.2).</summary>
/// <param name="Status">PKIStatus: 0 granted, 1 granted with modifications, 2 rejected, 3 waiting, 4 and 5 about revocation.</param>
/// <param name="StatusText">What the authority says, for people; at most 1,000 characters.</param>
/// <param name="FailureBits">Positions set in PKIFailureInfo, comma-separated; empty when there is none.</param>
/// <param name="Token">The token, when one was granted.</param>
/// <param name="Encoded">The response as received.</param>
public sealed record TimeStampResponse(
    int Status, string StatusText, string FailureBits, TimeStampToken? Token, ImmutableArray<byte> Encoded)
{
    /// <summary>True when the status says so and there is a token.</summary>
    public bool IsGranted => Status is 0 or 1 && Token is not null;

    /// <summary>False for anything that is no response, and for a token that cannot be read.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out TimeStampResponse? response)
    {
        response = null;
        try
        {
            var outer = new AsnReader(encoded, AsnEncodingRules.BER);
            var reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var status = reader.ReadSequence();
            if (!status.TryReadInt32(out var code)) return false;
            var text = status.HasData && status.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? ReadText(status.ReadSequence()) : "";
            var failure = status.HasData && status.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveBitString) ? ReadBits(status) : "";
            TimeStampToken? token = null;
            if (reader.HasData && !TimeStampToken.TryDecode(reader.ReadEncodedValue(), out token)) return false;
            response = new TimeStampResponse(code, text, failure, token, [.. encoded.Span]);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static string ReadText(AsnReader reader)
    {
        var text = "";
        while (reader.HasData && text.Length < 1000)
            text += (text.Length > 0 ? " " : "") + reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        return text.Length > 1000 ? text[..1000] : text;
    }

    private static string ReadBits(AsnReader reader)
    {
        var bytes = reader.ReadBitString(out _);
        return string.Join(',', Enumerable.Range(0, Math.Min(bytes.Length * 8, 64)).Where(i => (bytes[i / 8] & 0x80 >> i % 8) != 0));
    }
}
