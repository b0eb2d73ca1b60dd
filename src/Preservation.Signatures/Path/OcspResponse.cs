using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>An OCSP response, or the BasicOCSPResponse in it alone, as signatures also keep it (RFC 6960 §4.2.1).</summary>
internal sealed class OcspResponse
{
    public const string SigningPurpose = "1.3.6.1.5.5.7.3.9";
    private const string Basic = "1.3.6.1.5.5.7.48.1.1";
    private const int MaxCertificates = 20;
    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly AlgorithmId _algorithm;
    private readonly ReadOnlyMemory<byte> _value;

    private OcspResponse(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        if (Unwrap(encoded) is not { } inner) return;
        var outer = new AsnReader(inner, AsnEncodingRules.BER).ReadSequence();
        _toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        _algorithm = AlgorithmId.Read(outer);
        _value = outer.ReadBitString(out _);
        if (outer.HasData) Certificates = ReadCertificates(outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
        if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))) body.ReadEncodedValue();
        var responder = body.PeekTag();
        if (responder.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1)))
            ResponderName = DistinguishedName.Read(body.ReadSequence(responder).ReadEncodedValue());
        else ResponderKey = Convert.ToHexString(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 2)).ReadOctetString());
        ProducedAt = body.ReadGeneralizedTime();
        var answers = ImmutableArray.CreateBuilder<OcspAnswer>();
        for (var list = body.ReadSequence(); list.HasData;) answers.Add(new OcspAnswer(list.ReadSequence()));
        Answers = answers.ToImmutable();
        if (body.HasData) ReadExtensions(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 1)).ReadSequence());
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    public DateTimeOffset ProducedAt { get; }

    /// <summary>Empty when the responder only told of an error.</summary>
    public ImmutableArray<OcspAnswer> Answers { get; } = [];

    public ImmutableArray<Certificate> Certificates { get; } = [];
    public bool HasUnknownCritical { get; private set; }

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out OcspResponse? response)
    {
        response = null;
        try
        {
            response = new OcspResponse(encoded);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Name of the responder; null when it is named by its key.</summary>
    public DistinguishedName? ResponderName { get; }

    /// <summary>SHA-1 of the responder's key, hexadecimal; empty when it is named by its name.</summary>
    public string ResponderKey { get; } = "";

    /// <summary>Does the response say that this certificate's key signed it.</summary>
    public bool IsBy(Certificate responder) =>
        ResponderName is null ? ResponderKey == KeyHash(responder) : ResponderName.Is(responder.SubjectName);

    /// <summary>KeyHash as responders are named by it.</summary>
    public static string KeyHash(Certificate certificate) => Convert.ToHexString(HashFunction.Sha1.Compute(certificate.Key.KeyBits.Span));

    public KeyAnswer VerifiedBy(Certificate responder) => Signed.Verify(_toBeSigned, _algorithm, _value, responder.Key);

    /// <summary>Algorithms that the response's signature rests on.</summary>
    public IEnumerable<AlgorithmUse> Uses(Certificate signer) => SignatureScheme.Read(_algorithm).Uses(signer.Key);

    /// <summary>May the certificate answer for others by its own fields (RFC 6960 §4.2.2.2).</summary>
    public static bool MayAnswer(Certificate responder) =>
        responder.ExtendedKeyUsage is { } purposes && purposes.Contains(SigningPurpose)
        && HasSignature(responder)
        && !responder.Malformed.Any() && !responder.UnknownCriticalExtensions.Any();

    private static bool HasSignature(Certificate responder) =>
        responder.KeyUsage is not { } usage || (usage & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) != 0;

    private static ReadOnlyMemory<byte>? Unwrap(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        var reader = outer.ReadSequence();
        if (!reader.PeekTag().HasSameClassAndValue(Asn1Tag.Enumerated)) return encoded;
        if (reader.ReadEnumeratedBytes().Span is not [0]) return null;
        var bytes = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        if (bytes.ReadObjectIdentifier() != Basic) throw new AsnContentException("unknown type of OCSP response");
        return bytes.ReadOctetString();
    }

    private static ImmutableArray<Certificate> ReadCertificates(AsnReader list)
    {
        var found = ImmutableArray.CreateBuilder<Certificate>();
        while (list.HasData && found.Count < MaxCertificates)
            if (Certificate.TryDecode(list.ReadEncodedValue(), out var certificate)) found.Add(certificate);
        return found.ToImmutable();
    }

    private void ReadExtensions(AsnReader list)
    {
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            extension.ReadObjectIdentifier();
            HasUnknownCritical |= extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
        }
    }
}
