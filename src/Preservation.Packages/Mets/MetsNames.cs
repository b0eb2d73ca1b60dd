namespace Preservation.Packages.Mets;

/// <summary>Namespaces of METS documents and the profile addresses of the specifications.</summary>
public static class MetsNames
{
    /// <summary>METS 1.x.</summary>
    public const string Mets = "http://www.loc.gov/METS/";

    /// <summary>XLink.</summary>
    public const string XLink = "http://www.w3.org/1999/xlink";

    /// <summary>CSIP's extension attributes.</summary>
    public const string Csip = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS";

    /// <summary>The SIP specification's extension attributes.</summary>
    public const string Sip = "https://DILCIS.eu/XML/METS/SIPExtensionMETS";

    /// <summary>The profile of SIPs of 2.2.0 (SIP2).</summary>
    public const string SipProfile = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml";

    /// <summary>The profile of AIPs of 2.2.0 (AIPM2); the specification really places it under the DIP's host.</summary>
    public const string AipProfile = "https://earkdip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml";

    /// <summary>The profile of DIPs of 2.2.0 (DIP2).</summary>
    public const string DipProfile = "https://earkdip.dilcis.eu/profile/E-ARK-DIP-v2-2-0.xml";

    /// <summary>The profile of CSIP packages without a version, as Circular 05/2025 asks for.</summary>
    public const string CsipProfile = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml";

    /// <summary>The profile Circular 05/2025 Annex I asks of an AIP's root METS.</summary>
    public const string Tt05AipProfile = "http://www.ra.ee/METS/v01/IP.xml";

    /// <summary>The profile Circular 05/2025 Annex V asks of a DIP's root METS.</summary>
    public const string Tt05DipProfile = "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml";

    /// <summary>The name of the METS file of a package and of a representation.</summary>
    public const string FileName = "METS.xml";
}
