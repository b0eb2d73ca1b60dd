using System.Collections.Immutable;
using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Xml.Xades;

/// <summary>Certificates, lists and OCSP responses in the unsigned properties (EN 319 132-1 §5.4, §5.5.1; TS 101 903 §7.6).</summary>
internal sealed class XadesMaterial
{
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _certificates = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
    private readonly ImmutableArray<ReadOnlyMemory<byte>>.Builder _ocsps = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();

    /// <summary>A value is no base64, or there are more than are allowed.</summary>
    public bool HasUnread { get; private set; }

    public EmbeddedMaterial Found => new(_certificates.ToImmutable(), _crls.ToImmutable(), _ocsps.ToImmutable());

    /// <summary>What KeyInfo and the unsigned properties hold; only properties before a node where one is given.</summary>
    public static XadesMaterial Of(XmlSignatureParts parts, XmlKeyInfo keyInfo, XmlBudget budget, int before = int.MaxValue)
    {
        var limits = budget.Limits;
        var material = new XadesMaterial { HasUnread = keyInfo.HasMalformed };
        material._certificates.AddRange(keyInfo.Certificates.Take(limits.MaxCertificates));
        material._crls.AddRange(keyInfo.Crls.Take(limits.MaxCertificates));
        foreach (var property in parts.UnsignedProperties)
            if (property < before && parts.Tree.NameOf(property).Local is "CertificateValues" or "RevocationValues" or "AttrAuthoritiesCertValues" or "AttributeRevocationValues" or "TimeStampValidationData" or "AnyValidationData")
                material.Add(parts.Tree, property, budget);
        return material;
    }

    private void Add(XmlTree tree, int property, XmlBudget budget)
    {
        budget.Steps(tree.EndOf(property) - property);
        budget.Canonical(tree.TextBytes(property));
        for (var i = property; i < tree.EndOf(property); i++)
        {
            if (!tree.IsElement(i) || ListFor(tree.NameOf(i).Local) is not { } list) continue;
            if (_certificates.Count + _crls.Count + _ocsps.Count < budget.Limits.MaxCertificates && Base64Text.Decode(tree, i) is { } value) list.Add(value);
            else HasUnread = true;
        }
    }

    private ImmutableArray<ReadOnlyMemory<byte>>.Builder? ListFor(string local) => local switch
    {
        "EncapsulatedX509Certificate" => _certificates,
        "EncapsulatedCRLValue" => _crls,
        "EncapsulatedOCSPValue" => _ocsps,
        _ => null,
    };
}
