namespace Preservation.Packages.Tt05;

/// <summary>The package forms of the circular's five annexes.</summary>
public enum Tt05Form
{
    /// <summary><c>SIP_hoso</c>, a dossier to be transferred (Annex III).</summary>
    SipDossier,

    /// <summary><c>SIP_tailieu</c>, loose documents to be transferred (Annex IV).</summary>
    SipCollection,

    /// <summary><c>AIP_hoso</c>, a preserved dossier (Annex I).</summary>
    AipDossier,

    /// <summary><c>AIP_tailieu</c>, preserved loose documents (Annex II).</summary>
    AipCollection,

    /// <summary><c>DIP</c>, documents given out on a request (Annex V).</summary>
    Dip,
}
