namespace Preservation.Signatures;

/// <summary>The ways a file can carry signatures.</summary>
public enum SignatureCarrier
{
    /// <summary>The file's beginning shows no place for a signature.</summary>
    None,

    /// <summary>CMS SignedData (RFC 5652), with its content or detached.</summary>
    Cms,

    /// <summary>PDF, which may hold signature fields in any of its revisions.</summary>
    Pdf,

    /// <summary>An RFC 3161 time-stamp token or the response that brought it.</summary>
    TimeStampToken,

    /// <summary>XML with an XMLDSig or XAdES signature.</summary>
    Xml,

    /// <summary>Office Open XML package (ECMA-376 part 2, signatures below <c>_xmlsignatures/</c>).</summary>
    Ooxml,

    /// <summary>OpenDocument package (<c>META-INF/documentsignatures.xml</c>).</summary>
    Odf,

    /// <summary>ASiC container (ETSI EN 319 162-1).</summary>
    Asic,
}
