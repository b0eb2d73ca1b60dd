using Preservation.Core.Findings;

namespace Preservation.Signatures;

/// <summary>Rules about signatures, time-stamps and certificate paths (<c>schemas/rules/signatures.json</c>).</summary>
public static class SignatureRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(SignatureRules).Assembly, "signatures.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The signature in the file is not well-formed (…).</summary>
    public static Rule Malformed { get; } = Book["SIG-MALFORMED"];

    /// <summary>the file carries signatures of a form that is recognised but not verified yet (…).</summary>
    public static Rule UnsupportedForm { get; } = Book["SIG-UNSUPPORTED-FORM"];

    /// <summary>The algorithm … of the signature in the file is not supported; nothing is said about the signature.</summary>
    public static Rule UnsupportedAlgorithm { get; } = Book["SIG-UNSUPPORTED-ALGORITHM"];

    /// <summary>The digest algorithm … of the signature in the file does not agree with its signature algorithm (…).</summary>
    public static Rule AlgorithmMismatch { get; } = Book["SIG-ALGORITHM-MISMATCH"];

    /// <summary>The signature in the file takes one function for its value (…) and another for its content (…).</summary>
    public static Rule PssDigest { get; } = Book["SIG-PSS-DIGEST"];

    /// <summary>The data that the detached signature in the file covers is not at hand.</summary>
    public static Rule ContentMissing { get; } = Book["SIG-CONTENT-MISSING"];

    /// <summary>The signature in the file encloses its content; the file given beside it was not looked at.</summary>
    public static Rule ContentNotUsed { get; } = Book["SIG-CONTENT-NOT-USED"];

    /// <summary>The signed data differs from what was signed in the file: its digest does not match.</summary>
    public static Rule Digest { get; } = Book["SIG-DIGEST"];

    /// <summary>The signature value in the file does not verify with the signer's key.</summary>
    public static Rule Value { get; } = Book["SIG-VALUE"];

    /// <summary>The signer's certificate is not in the file.</summary>
    public static Rule NoCertificate { get; } = Book["SIG-NO-CERTIFICATE"];

    /// <summary>A certificate or revocation list in the file cannot be read and was left out.</summary>
    public static Rule CertificateMalformed { get; } = Book["SIG-CERTIFICATE-MALFORMED"];

    /// <summary>The signed attribute … in the file is missing, doubled or wrong.</summary>
    public static Rule Attribute { get; } = Book["SIG-ATTRIBUTE"];

    /// <summary>The signed reference to the signer's certificate in the file names another certificate.</summary>
    public static Rule EssMismatch { get; } = Book["SIG-ESS-MISMATCH"];

    /// <summary>The signature in the file does not protect the signer's certificate.</summary>
    public static Rule EssMissing { get; } = Book["SIG-ESS-MISSING"];

    /// <summary>… bytes after the signature in the file belong to nothing.</summary>
    public static Rule TrailingBytes { get; } = Book["SIG-TRAILING-BYTES"];

    /// <summary>No certificate path leads from the signer in the file to a trust anchor.</summary>
    public static Rule NoPath { get; } = Book["SIG-NO-PATH"];

    /// <summary>The path in the file ends at an anchor that was not believed at … (…).</summary>
    public static Rule AnchorNotBelieved { get; } = Book["SIG-ANCHOR-NOT-BELIEVED"];

    /// <summary>A certificate of the path in the file must not be used so (…).</summary>
    public static Rule PathConstraint { get; } = Book["SIG-PATH-CONSTRAINT"];

    /// <summary>A certificate of the path in the file was not valid at … (…).</summary>
    public static Rule NotValidThen { get; } = Book["SIG-NOT-VALID-THEN"];

    /// <summary>A certificate of the path in the file was revoked (…).</summary>
    public static Rule Revoked { get; } = Book["SIG-REVOKED"];

    /// <summary>There is no usable revocation list for …; whether the certificate was revoked is not known.</summary>
    public static Rule NoRevocationData { get; } = Book["SIG-NO-REVOCATION-DATA"];

    /// <summary>What is known of the past does not reach back without a gap to the signature in the file.</summary>
    public static Rule ProofGap { get; } = Book["SIG-PROOF-GAP"];

    /// <summary>… was no longer reliable at …, the time the signature in the file is judged at.</summary>
    public static Rule WeakAlgorithm { get; } = Book["SIG-WEAK-ALGORITHM"];

    /// <summary>the file goes beyond what one file's signatures may cost (…; … is allowed).</summary>
    public static Rule Limit { get; } = Book["SIG-LIMIT"];

    /// <summary>The byte range of a signature in the file does not cover the document as it must (…).</summary>
    public static Rule PdfByteRange { get; } = Book["SIG-PDF-BYTE-RANGE"];

    /// <summary>… bytes were added to the file after this signature.</summary>
    public static Rule PdfLaterRevision { get; } = Book["SIG-PDF-LATER-REVISION"];

    /// <summary>The object that holds a signature in the file was written again after signing.</summary>
    public static Rule PdfDictionaryReplaced { get; } = Book["SIG-PDF-DICTIONARY-REPLACED"];

    /// <summary>After this signature the file was changed only as a signed document may be (…).</summary>
    public static Rule PdfChangesAllowed { get; } = Book["SIG-PDF-CHANGES-ALLOWED"];

    /// <summary>After this signature the file was changed in a way that it does not cover and does not allow (…).</summary>
    public static Rule PdfChangesSuspicious { get; } = Book["SIG-PDF-CHANGES-SUSPICIOUS"];

    /// <summary>It cannot be said what was changed in the file after this signature (…).</summary>
    public static Rule PdfChangesNotJudged { get; } = Book["SIG-PDF-CHANGES-NOT-JUDGED"];

    /// <summary>A signature in the file belongs to no field of the document (…).</summary>
    public static Rule PdfNoField { get; } = Book["SIG-PDF-NO-FIELD"];

    /// <summary>The signature field … in the file holds no complete signature (…).</summary>
    public static Rule PdfIncomplete { get; } = Book["SIG-PDF-INCOMPLETE"];

    /// <summary>The cross-references of the file are damaged (…).</summary>
    public static Rule PdfCrossReferences { get; } = Book["SIG-PDF-XREF"];

    /// <summary>the file is encrypted and does not open without a password.</summary>
    public static Rule PdfEncrypted { get; } = Book["SIG-PDF-ENCRYPTED"];

    /// <summary>A time-stamp in the file covers other data.</summary>
    public static Rule TstImprint { get; } = Book["SIG-TST-IMPRINT"];

    /// <summary>A time-stamp in the file is not well-formed (…).</summary>
    public static Rule TstMalformed { get; } = Book["SIG-TST-MALFORMED"];

    /// <summary>The certificate that made a time-stamp in the file is not meant for time-stamping alone.</summary>
    public static Rule TstCertificate { get; } = Book["SIG-TST-CERTIFICATE"];

    /// <summary>the file declares a document type; it is not read further.</summary>
    public static Rule Dtd { get; } = Book["SIG-DTD"];

    /// <summary>A part that the signature in the file covers differs from what was signed: ….</summary>
    public static Rule XmlDigest { get; } = Book["SIG-XML-DIGEST"];

    /// <summary>What the signature in the file covers is not at hand or is not one thing (…).</summary>
    public static Rule XmlReference { get; } = Book["SIG-XML-REFERENCE"];

    /// <summary>The signature in the file uses a transform or digest that is not supported or not allowed (…); nothing is said about it.</summary>
    public static Rule XmlTransform { get; } = Book["SIG-XML-TRANSFORM"];

    /// <summary>The signature does not cover all that a reader of the file is shown (…).</summary>
    public static Rule XmlNotCovered { get; } = Book["SIG-XML-NOT-COVERED"];

    /// <summary>A file that a signed manifest in the file lists is not at hand: ….</summary>
    public static Rule XmlManifestEntry { get; } = Book["SIG-XML-MANIFEST-ENTRY"];

    /// <summary>The signature in the file gives a key and no certificate: whose key it is cannot be said.</summary>
    public static Rule XmlKeyOnly { get; } = Book["SIG-XML-KEY-ONLY"];

    /// <summary>The properties beside the signature in the file are not covered by it and count for nothing.</summary>
    public static Rule XadesNotSigned { get; } = Book["SIG-XADES-NOT-SIGNED"];

    /// <summary>The signed reference to the signer's certificate in the file fits no certificate at hand.</summary>
    public static Rule XadesCertificate { get; } = Book["SIG-XADES-CERTIFICATE"];

    /// <summary>The issuer or serial number that a signed property in the file states is not that of the signer's certificate.</summary>
    public static Rule XadesIssuerSerial { get; } = Book["SIG-XADES-ISSUER-SERIAL"];

    /// <summary>A counter-signature in the file does not cover the signature it stands in.</summary>
    public static Rule XadesCounterSignature { get; } = Book["SIG-XADES-COUNTER-SIGNATURE"];

    /// <summary>the file holds an evidence record, which is not judged here (…).</summary>
    public static Rule EvidenceNotJudged { get; } = Book["SIG-EVIDENCE-NOT-JUDGED"];

    /// <summary>The container the file cannot be read safely (…).</summary>
    public static Rule Container { get; } = Book["SIG-CONTAINER"];

    /// <summary>No signature covers these parts of the file: ….</summary>
    public static Rule ContainerNotCovered { get; } = Book["SIG-CONTAINER-NOT-COVERED"];

    /// <summary>The container the file is not built as its kind asks (…).</summary>
    public static Rule AsicStructure { get; } = Book["SIG-ASIC-STRUCTURE"];

    /// <summary>A manifest in the file is wrong (…).</summary>
    public static Rule AsicManifest { get; } = Book["SIG-ASIC-MANIFEST"];
}
