using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Signatures.Tests;

/// <summary>Makes RFC 3161 tokens and puts them into signatures, with the platform's classes and our own reading of the standards, never with the code under test.</summary>
internal static class TokenBench
{
    private const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    private const string SignatureTimeStamp = "1.2.840.113549.1.9.16.2.14";
    private const string ArchiveTimeStampV3 = "0.4.0.1733.2.4";
    private const string HashIndexV3 = "0.4.0.19122.1.5";
    private const string Sha256Oid = "2.16.840.1.101.3.4.2.1";

    public static byte[] Token(byte[] imprint, X509Certificate2 authority, DateTimeOffset time, byte[]? hashIndex = null, X509Certificate2[]? more = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.2.3.4.1");
            using (writer.PushSequence())
            {
                WriteSha256(writer);
                writer.WriteOctetString(imprint);
            }
            writer.WriteInteger(RandomNumberGenerator.GetInt32(1, int.MaxValue));
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
        var cms = new SignedCms(new ContentInfo(new Oid(TstInfo), writer.Encode()), detached: false);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, authority) { DigestAlgorithm = new Oid(Sha256Oid), IncludeOption = X509IncludeOption.EndCertOnly };
        var ess = new AsnWriter(AsnEncodingRules.DER);
        using (ess.PushSequence())
        using (ess.PushSequence())
        using (ess.PushSequence())
            ess.WriteOctetString(SHA256.HashData(authority.RawData));
        signer.SignedAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.16.2.47", ess.Encode()));
        foreach (var certificate in more ?? []) signer.Certificates.Add(certificate);
        cms.ComputeSignature(signer, silent: true);
        if (hashIndex is not null) cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(HashIndexV3, hashIndex));
        return cms.Encode();
    }

    public static byte[] WithSignatureTimeStamp(byte[] signature, X509Certificate2 authority, DateTimeOffset time)
    {
        var cms = new SignedCms();
        cms.Decode(signature);
        var token = Token(SHA256.HashData(cms.SignerInfos[0].GetSignature()), authority, time);
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(SignatureTimeStamp, token));
        return cms.Encode();
    }

    /// <summary>Puts lists into the structure's revocation data and an archive time-stamp v3 over everything that is there (EN 319 122-1 §5.5).</summary>
    public static byte[] WithArchiveTimeStamp(byte[] signature, byte[] content, X509Certificate2 authority, DateTimeOffset time)
    {
        var outer = new AsnReader(signature, AsnEncodingRules.BER).ReadSequence();
        outer.ReadObjectIdentifier();
        var body = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        body.ReadInteger();
        body.ReadEncodedValue();
        var type = body.ReadSequence().PeekEncodedValue();
        List<ReadOnlyMemory<byte>> certificates = [], lists = [];
        if (body.PeekTag().TagClass == TagClass.ContextSpecific && body.PeekTag().TagValue == 0) certificates = All(body.ReadSetOf(true, new Asn1Tag(TagClass.ContextSpecific, 0)));
        if (body.PeekTag().TagClass == TagClass.ContextSpecific && body.PeekTag().TagValue == 1) lists = All(body.ReadSetOf(true, new Asn1Tag(TagClass.ContextSpecific, 1)));
        var signer = body.ReadSetOf(true).ReadSequence();
        var fields = new List<byte>();
        var attributes = new List<byte[]>();
        while (signer.HasData)
        {
            if (signer.PeekTag() is { TagClass: TagClass.ContextSpecific, TagValue: 1 })
                foreach (var attribute in All(signer.ReadSetOf(true, new Asn1Tag(TagClass.ContextSpecific, 1))))
                {
                    var reader = new AsnReader(attribute, AsnEncodingRules.BER).ReadSequence();
                    var oid = reader.ReadEncodedValue().ToArray();
                    attributes.AddRange(All(reader.ReadSetOf(true)).Select(v => SHA256.HashData([.. oid, .. v.Span])));
                }
            else fields.AddRange(signer.ReadEncodedValue().ToArray());
        }
        var index = new AsnWriter(AsnEncodingRules.DER);
        using (index.PushSequence())
        {
            WriteSha256(index);
            WriteDigests(index, certificates.Select(c => SHA256.HashData(c.Span)));
            WriteDigests(index, lists.Select(c => SHA256.HashData(c.Span)));
            WriteDigests(index, attributes);
        }
        var hashIndex = index.Encode();
        var token = Token(SHA256.HashData([.. type.Span, .. SHA256.HashData(content), .. fields, .. hashIndex]), authority, time, hashIndex);
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        cms.Decode(signature);
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(ArchiveTimeStampV3, token));
        return cms.Encode();
    }

    /// <summary>Adds revocation-values to a signature's unsigned attributes.</summary>
    public static byte[] WithLists(byte[] signature, params byte[][] lists)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
            foreach (var list in lists) writer.WriteEncodedValue(list);
        var cms = new SignedCms();
        cms.Decode(signature);
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData("1.2.840.113549.1.9.16.2.24", writer.Encode()));
        return cms.Encode();
    }

    private static List<ReadOnlyMemory<byte>> All(AsnReader reader)
    {
        var all = new List<ReadOnlyMemory<byte>>();
        while (reader.HasData) all.Add(reader.ReadEncodedValue());
        return all;
    }

    private static void WriteSha256(AsnWriter writer)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(Sha256Oid);
    }

    private static void WriteDigests(AsnWriter writer, IEnumerable<byte[]> digests)
    {
        using (writer.PushSequence())
            foreach (var digest in digests) writer.WriteOctetString(digest);
    }
}
