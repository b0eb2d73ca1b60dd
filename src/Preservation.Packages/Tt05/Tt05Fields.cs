using System.Collections.Immutable;

namespace Preservation.Packages.Tt05;

/// <summary>The fields of every descriptor in the newest edition; those of another day are in <see cref="Tt05Editions"/>.</summary>
public static class Tt05Fields
{
    /// <summary>EAD.xml of <c>SIP_hoso</c>.</summary>
    public static ImmutableArray<Tt05Field> SipDossier => OfPackage(Tt05Form.SipDossier);

    /// <summary>EAD_doc of a SIP.</summary>
    public static ImmutableArray<Tt05Field> SipDocument => OfDocument("doc", Tt05Form.SipDossier);

    /// <summary>EAD.xml of a DIP: the request it answers (Annex V).</summary>
    public static ImmutableArray<Tt05Field> DipRequest => OfPackage(Tt05Form.Dip);

    /// <summary>The fields of EAD.xml.</summary>
    public static ImmutableArray<Tt05Field> OfPackage(Tt05Form form) => Tt05Editions.BuiltIn.Newest.OfPackage(form);

    /// <summary>The fields of a document's descriptor. Annexes II and V call the archival code <c>arcDocCode</c>; a DIP does not repeat who issued the document.</summary>
    public static ImmutableArray<Tt05Field> OfDocument(string kind, Tt05Form form) => Tt05Editions.BuiltIn.Newest.OfDocument(kind, form);
}
