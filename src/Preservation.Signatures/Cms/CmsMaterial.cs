using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Cms;

/// <summary>Certificates, lists and OCSP responses wherever a CMS signature may keep them. What is malformed is left out here; the bytes stay in the file.</summary>
internal static class CmsMaterial
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <param name="certificates">CertificateChoices, as encoded.</param>
    /// <param name="revocations">RevocationInfoChoices, as encoded.</param>
    /// <param name="attributes">Attributes that may hold values of either (EN 319 122-1 §A.1.1.2, §A.1.2.2; ISO 32000-1 §12.8.3.3).</param>
    public static EmbeddedMaterial Of(
        IEnumerable<ReadOnlyMemory<byte>> certificates, IEnumerable<ReadOnlyMemory<byte>> revocations, IEnumerable<CmsAttribute> attributes)
    {
        var found = (Certificates: ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(), Crls: ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(), Ocsps: ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>());
        // Attribute certificates and other choices (RFC 5652 §10.2.2) are tagged; they are no signers.
        found.Certificates.AddRange(certificates.Where(c => c.Span[0] == 0x30));
        foreach (var revocation in revocations) Try(() => AddRevocation(revocation));
        foreach (var attribute in attributes)
            foreach (var value in attribute.Values)
                Try(() => AddValues(attribute.Oid, new AsnReader(value, AsnEncodingRules.BER)));
        return new EmbeddedMaterial(found.Certificates.ToImmutable(), found.Crls.ToImmutable(), found.Ocsps.ToImmutable());

        void AddRevocation(ReadOnlyMemory<byte> choice)
        {
            if (choice.Span[0] == 0x30)
            {
                found.Crls.Add(choice);
                return;
            }
            var other = new AsnReader(choice, AsnEncodingRules.BER).ReadSequence(One);
            if (other.ReadObjectIdentifier() is CmsOids.OcspResponse or CmsOids.BasicOcspResponse) found.Ocsps.Add(other.ReadEncodedValue());
        }

        void AddValues(string oid, AsnReader reader)
        {
            if (oid == CmsOids.CertificateValues) Add(found.Certificates, reader.ReadSequence());
            if (oid is not (CmsOids.RevocationValues or CmsOids.AdobeRevocation)) return;
            var values = reader.ReadSequence();
            while (values.HasData)
            {
                var tag = values.PeekTag();
                if (tag.TagClass != TagClass.ContextSpecific) throw new AsnContentException("unknown kind of revocation values");
                var list = values.ReadSequence(tag);
                if (tag.HasSameClassAndValue(Zero)) Add(found.Crls, list.ReadSequence());
                else if (tag.HasSameClassAndValue(One)) Add(found.Ocsps, list.ReadSequence());
            }
        }
    }

    private static void Add(ImmutableArray<ReadOnlyMemory<byte>>.Builder to, AsnReader list)
    {
        while (list.HasData) to.Add(list.ReadEncodedValue());
    }

    // Material that nobody can read proves nothing and harms nothing.
    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (AsnContentException)
        {
            return;
        }
    }
}
