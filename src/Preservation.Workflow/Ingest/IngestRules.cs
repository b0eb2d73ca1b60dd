using Preservation.Core.Findings;

namespace Preservation.Workflow.Ingest;

/// <summary>Rules that only the ingest can judge: virus scan, agreement, catalogue, verdicts on signatures.</summary>
public static class IngestRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(IngestRules).Assembly, "ingest.json");

    /// <summary>The virus scanner found … in a file.</summary>
    public static Rule Virus { get; } = Book["INGEST-VIRUS"];

    /// <summary>Nothing says what kind of package this is.</summary>
    public static Rule KindUnknown { get; } = Book["INGEST-KIND-UNKNOWN"];

    /// <summary>The agreement takes …; this package is ….</summary>
    public static Rule KindRefused { get; } = Book["INGEST-KIND-REFUSED"];

    /// <summary>The agreement takes packages of at most … bytes; this one has ….</summary>
    public static Rule TooLarge { get; } = Book["INGEST-TOO-LARGE"];

    /// <summary>The code … (…) already belongs to a preserved package.</summary>
    public static Rule CodeTaken { get; } = Book["INGEST-CODE-TAKEN"];

    /// <summary>The submission is a …, but no preserved package of its agency has one of its codes.</summary>
    public static Rule NothingToContinue { get; } = Book["INGEST-NOTHING-TO-CONTINUE"];

    /// <summary>The codes of this submission belong to … packages; a … continues one.</summary>
    public static Rule ContinuesSeveral { get; } = Book["INGEST-CONTINUES-SEVERAL"];

    /// <summary>A supplement is of the kind of its package.</summary>
    public static Rule ContinuesOtherKind { get; } = Book["INGEST-CONTINUES-OTHER-KIND"];

    /// <summary>A file or document would change what the package already holds; a supplement only adds.</summary>
    public static Rule SupplementChanges { get; } = Book["INGEST-SUPPLEMENT-CHANGES"];

    /// <summary>The format of a file could not be identified.</summary>
    public static Rule FormatUnknown { get; } = Book["INGEST-FORMAT-UNKNOWN"];

    /// <summary>A signature of a file does not hold: ….</summary>
    public static Rule SignatureBroken { get; } = Book["INGEST-SIGNATURE-BROKEN"];

    /// <summary>A signature of a file does not hold: …. The agreement lets the package in all the same.</summary>
    public static Rule SignatureBrokenKept { get; } = Book["INGEST-SIGNATURE-BROKEN-KEPT"];

    /// <summary>The signature that was sent with the package is none over it: ….</summary>
    public static Rule PackageSignatureBroken { get; } = Book["INGEST-PACKAGE-SIGNATURE-BROKEN"];

    /// <summary>The agreement asks for a signature over the package; none was sent.</summary>
    public static Rule PackageSignatureMissing { get; } = Book["INGEST-PACKAGE-SIGNATURE-MISSING"];

    /// <summary>The signature over the package is intact, but its signer is not proven to be one of the agreement's: ….</summary>
    public static Rule PackageSignerRefused { get; } = Book["INGEST-PACKAGE-SIGNER-REFUSED"];

    /// <summary>The signature over the package is intact, but its signer could not be proven: ….</summary>
    public static Rule PackageSignerUnproven { get; } = Book["INGEST-PACKAGE-SIGNER-UNPROVEN"];

    /// <summary>A signature of a file is intact, but its signer could not be proven: ….</summary>
    public static Rule SignatureUntrusted { get; } = Book["INGEST-SIGNATURE-UNTRUSTED"];

    /// <summary>A signature of a file is intact, but its signer could not be proven (…), and the agreement asks for it.</summary>
    public static Rule SignerRefused { get; } = Book["INGEST-SIGNER-REFUSED"];

    /// <summary>A signature is of a form that cannot be judged.</summary>
    public static Rule SignatureUnsupported { get; } = Book["INGEST-SIGNATURE-UNSUPPORTED"];

    /// <summary>A signature is of a form that cannot be judged, and the agreement asks for a verdict.</summary>
    public static Rule SignatureUnsupportedRefused { get; } = Book["INGEST-SIGNATURE-UNSUPPORTED-REFUSED"];

    /// <summary>The verdict on a signature is …, and the agreement sends the package back for it.</summary>
    public static Rule SignatureReturned { get; } = Book["INGEST-SIGNATURE-RETURNED"];

    /// <summary>An evidence record that others made does not hold: ….</summary>
    public static Rule EvidenceBroken { get; } = Book["INGEST-EVIDENCE-BROKEN"];

    /// <summary>An evidence record does not hold: …. The agreement lets the package in all the same.</summary>
    public static Rule EvidenceBrokenKept { get; } = Book["INGEST-EVIDENCE-BROKEN-KEPT"];

    /// <summary>It cannot be said whether an evidence record holds: ….</summary>
    public static Rule EvidenceUnproven { get; } = Book["INGEST-EVIDENCE-UNPROVEN"];

    /// <summary>Another verifier says something else about the signature in the file.</summary>
    public static Rule SignatureDisagreement { get; } = Book["INGEST-SIGNATURE-DISAGREEMENT"];

    /// <summary>VN-C13: the file code does not begin with a code of the agency.</summary>
    public static Rule ForeignFileCode { get; } = Book["VN-C13"];

    /// <summary>VN-C14: a reference to a document that the agency's fonds does not have.</summary>
    public static Rule FetchTargetMissing { get; } = Book["VN-C14"];

    /// <summary>VN-C15: a format that is not on the list.</summary>
    public static Rule FormatNotListed { get; } = Book["VN-C15"];

    /// <summary>VN-C15: a digitised document that does not claim to be PDF/A.</summary>
    public static Rule NoPdfAClaim { get; } = Book["VN-C15-PDFA"];

    /// <summary>VN-C15: text layers were not checked.</summary>
    public static Rule TextLayerUnchecked { get; } = Book["VN-C15-TEXT"];

    /// <summary>VN-C16: a born-digital document without a valid signature of an organisation.</summary>
    public static Rule NoOrganisationSignature { get; } = Book["VN-C16"];

    /// <summary>VN-C17: package and request name different registrations.</summary>
    public static Rule OtherRegistration { get; } = Book["VN-C17"];

    /// <summary>VN-C17: the fonds is none of the agency.</summary>
    public static Rule ForeignFonds { get; } = Book["VN-C17-FONDS"];

    /// <summary>VN-C17: the archive keeps no such registration, and the agreement asks for none.</summary>
    public static Rule RegistrationUnchecked { get; } = Book["VN-C17-UNCHECKED"];

    /// <summary>VN-C17: the agreement asks for a registration, and the agency has none of this code.</summary>
    public static Rule Unregistered { get; } = Book["VN-C17-UNREGISTERED"];

    /// <summary>VN-C17: the registration is not accepted.</summary>
    public static Rule RegistrationNotAccepted { get; } = Book["VN-C17-NOT-ACCEPTED"];

    /// <summary>VN-C17: no round of the registration is open on the day of receipt.</summary>
    public static Rule NoRoundOpen { get; } = Book["VN-C17-NO-ROUND"];

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;
}
