using System.Text;
using Preservation.Signatures.Carriers;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Containers;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Pdf;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures;

/// <summary>Verifies every signature and time-stamp of a file, from its bytes and the policy alone: nothing is fetched.</summary>
public static class SignatureVerification
{
    private static readonly byte[] XmlSignatureNamespace = "http://www.w3.org/2000/09/xmldsig#"u8.ToArray();

    // Entry names stand uncompressed in a ZIP file; a match within an embedded container makes the answer more careful, never less.
    private static readonly byte[][] ContainerMarks =
    [
        "_xmlsignatures/"u8.ToArray(), "META-INF/documentsignatures.xml"u8.ToArray(), "META-INF/signature"u8.ToArray(),
        "META-INF/timestamp"u8.ToArray(), "META-INF/evidencerecord"u8.ToArray(), "META-INF/ASiC"u8.ToArray(),
        "META-INF/edoc-signatures"u8.ToArray(), "META-INF/macrosignatures.xml"u8.ToArray(), "META-INF/packagesignatures.xml"u8.ToArray(),
    ];

    private static readonly byte[][] XmlSignatureMarks =
    [
        XmlSignatureNamespace,
        Encoding.Unicode.GetBytes("http://www.w3.org/2000/09/xmldsig#"),
        Encoding.BigEndianUnicode.GetBytes("http://www.w3.org/2000/09/xmldsig#"),
    ];

    /// <summary>
    /// Verifies the file, told by its name and beginning: CMS, PDF, XML, Office and OpenDocument packages, ASiC containers, time-stamps. A form
    /// that is recognised and not supported is answered <c>UNSUPPORTED</c> when it carries a signature.
    /// </summary>
    /// <param name="file">What to verify.</param>
    /// <param name="contents">Files that a detached signature may cover: as <c>x.pdf</c> for <c>x.pdf.p7s</c>, or by the names that an XML signature gives.</param>
    /// <param name="policy">Trust, revocation lists, digests, limits.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">A file could not be read. This says nothing about its signatures.</exception>
    public static async Task<VerificationReport> VerifyAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await ReadAsync(file, contents, policy, cancellationToken).ConfigureAwait(false)).Validate(policy, now);

    /// <summary>Reads what the file carries; verdicts can be made of it again and again.</summary>
    /// <param name="file">What to read.</param>
    /// <param name="contents">Files that a detached signature may cover; each is read at most once, unless a time-stamp is over it amid other bytes.</param>
    /// <param name="policy">Limits, digests, and certificates in which signers may be found that the file does not carry.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">A file could not be read. This says nothing about its signatures.</exception>
    public static async Task<SignatureReading> ReadAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(policy);
        var head = await ReadHeadAsync(file, SignatureCarriers.HeadBytes, cancellationToken).ConfigureAwait(false);
        var material = PathMaterial.From(policy, file.Path);
        var carrier = SignatureCarriers.Detect(file.Path, head);
        var facts = carrier switch
        {
            SignatureCarrier.Pdf => await PdfFiles.ReadAsync(file, material, cancellationToken).ConfigureAwait(false),
            SignatureCarrier.Cms or SignatureCarrier.TimeStampToken => await CmsFiles.ReadAsync(file, contents, policy, material, cancellationToken).ConfigureAwait(false),
            SignatureCarrier.Ooxml or SignatureCarrier.Odf or SignatureCarrier.Asic =>
                await ReadPackageAsync(file, carrier, policy, material, cancellationToken).ConfigureAwait(false),
            SignatureCarrier.Xml => await XmlSignatures.ReadAsync(file, contents, policy, material, cancellationToken).ConfigureAwait(false),
            _ => await JudgeOtherAsync(file, contents, policy, material, head, cancellationToken).ConfigureAwait(false),
        };
        return new SignatureReading(file.Path, facts);
    }

    internal static async Task<byte[]> ReadHeadAsync(SignedFile file, int bytes, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var head = new byte[(int)Math.Min(bytes, Math.Max(0, file.Bytes))];
            var filled = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return filled == head.Length ? head : head[..filled];
        }
    }

    private static async Task<FileFacts> JudgeOtherAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, byte[] head, CancellationToken cancellationToken)
    {
        // A signature may come after the head; only of a file that was read to its end can it be said that there is none.
        if (SignatureCarriers.LooksLikeXml(head))
        {
            // What a document type would bring in, signatures too, cannot be known without reading it.
            return XmlProlog.DeclaresDocumentType(head) || await HoldsAsync(file, XmlSignatureMarks, cancellationToken).ConfigureAwait(false)
                ? await XmlSignatures.ReadAsync(file, contents, policy, material, cancellationToken).ConfigureAwait(false) : None;
        }
        if (head.AsSpan().StartsWith("PK\u0003\u0004"u8) && await HoldsAsync(file, ContainerMarks, cancellationToken).ConfigureAwait(false))
            return await SignedContainers.ReadAsync(file, SignatureCarrier.Asic, policy, material, cancellationToken).ConfigureAwait(false);
        return None;
    }

    // A damaged or outsized document that shows no place for a signature is no matter of signatures; what was found of it stays.
    private static async Task<FileFacts> ReadPackageAsync(
        SignedFile file, SignatureCarrier carrier, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        var facts = await SignedContainers.ReadAsync(file, carrier, policy, material, cancellationToken).ConfigureAwait(false);
        if (carrier == SignatureCarrier.Asic || facts.Outcome is not (VerificationOutcome.Malformed or VerificationOutcome.Unsupported)) return facts;
        return await HoldsAsync(file, ContainerMarks, cancellationToken).ConfigureAwait(false) ? facts : facts with { Outcome = VerificationOutcome.NoSignature };
    }

    private static async Task<bool> HoldsAsync(SignedFile file, byte[][] patterns, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await BytePatterns.FindAsync(stream, patterns, cancellationToken).ConfigureAwait(false) >= 0;
    }

    private static FileFacts None { get; } = FileFacts.Refused(VerificationOutcome.NoSignature);
}
