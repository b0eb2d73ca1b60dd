using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Preservation.Signatures.Cms;

/// <summary>SignedData (RFC 5652 §5.1), BER or DER. Certificates and lists stay encoded, as found.</summary>
internal sealed class CmsSignedData
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private CmsSignedData(ReadOnlyMemory<byte> encoded, SignatureLimits limits)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        Encoded = outer.PeekEncodedValue();
        TrailingBytes = encoded.Length - Encoded.Length;
        var info = outer.ReadSequence();
        var type = info.ReadObjectIdentifier();
        if (type != CmsOids.SignedData) throw new AsnContentException($"content type {type} is not signed data");
        var body = info.ReadSequence(Zero).ReadSequence();
        if (!body.TryReadInt32(out var version)) throw new AsnContentException("version");
        Version = version;
        body.ReadSetOf(skipSortOrderValidation: true);
        EncapsulatedEncoded = body.PeekEncodedValue();
        var content = body.ReadSequence();
        ContentTypeEncoded = content.PeekEncodedValue();
        ContentType = content.ReadObjectIdentifier();
        if (content.HasData) Content = ReadContent(content.ReadSequence(Zero));
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Zero))
        {
            CertificatesEncoded = body.PeekEncodedValue();
            Certificates = ReadAll(body.ReadSetOf(true, Zero), limits);
        }
        if (body.HasData && body.PeekTag().HasSameClassAndValue(One))
        {
            RevocationsEncoded = body.PeekEncodedValue();
            Revocations = ReadAll(body.ReadSetOf(true, One), limits);
        }
        var list = body.ReadSetOf(skipSortOrderValidation: true);
        var signers = ImmutableArray.CreateBuilder<CmsSigner>();
        while (list.HasData && signers.Count <= limits.MaxSignatures) signers.Add(CmsSigner.Read(list));
        Signers = signers.ToImmutable();
    }

    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Bytes after the structure.</summary>
    public int TrailingBytes { get; }

    public int Version { get; }
    public string ContentType { get; }

    /// <summary>The enclosed content; null when the signature is detached.</summary>
    public ReadOnlyMemory<byte>? Content { get; }

    /// <summary>Type and content, as encoded.</summary>
    public ReadOnlyMemory<byte> EncapsulatedEncoded { get; }

    public ReadOnlyMemory<byte> ContentTypeEncoded { get; }

    /// <summary>The set with its tag; empty when there is none.</summary>
    public ReadOnlyMemory<byte> CertificatesEncoded { get; }

    /// <summary>CertificateChoices, each as encoded.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Certificates { get; } = [];

    /// <summary>The set with its tag; empty when there is none.</summary>
    public ReadOnlyMemory<byte> RevocationsEncoded { get; }

    /// <summary>RevocationInfoChoices, each as encoded: lists, and other forms such as OCSP responses (RFC 5652 §10.2.1, RFC 5940).</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Revocations { get; } = [];

    /// <summary>At most one more than the limit allows.</summary>
    public ImmutableArray<CmsSigner> Signers { get; }

    /// <summary>False for anything that is no signed data; the reason never quotes content.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> encoded, SignatureLimits limits, [NotNullWhen(true)] out CmsSignedData? data, out string reason)
    {
        data = null;
        reason = "";
        try
        {
            data = new CmsSignedData(encoded, limits);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or OverflowException)
        {
            reason = exception.Message;
            return false;
        }
    }

    // RFC 5652 §5.2.1: PKCS #7 writers put any type here; its value octets are what is signed.
    private static ReadOnlyMemory<byte> ReadContent(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? reader.ReadOctetString() : reader.PeekContentBytes();

    private static ImmutableArray<ReadOnlyMemory<byte>> ReadAll(AsnReader set, SignatureLimits limits)
    {
        var values = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (set.HasData)
        {
            values.Add(set.ReadEncodedValue());
            if (values.Count > limits.MaxCertificates) throw new AsnContentException($"more than {limits.MaxCertificates} certificates");
        }
        return values.ToImmutable();
    }
}
