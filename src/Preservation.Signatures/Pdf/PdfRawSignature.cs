using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Pdf.Structure;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Pdf;

/// <summary>The form <c>adbe.x509.rsa_sha1</c>: a bare RSA value beside its certificates (ISO 32000-1 §12.8.3.2). The value itself names its digest.</summary>
internal static class PdfRawSignature
{
    public const string SubFilter = "adbe.x509.rsa_sha1";

    /// <summary>The digests that the form may be made with (ISO 32000-1 table 257), as far as they can be computed.</summary>
    public static IReadOnlyCollection<HashFunction> Hashes { get; } = [HashFunction.Sha1, HashFunction.Sha256, HashFunction.Sha384, HashFunction.Sha512];

    /// <param name="start">What is known already.</param>
    /// <param name="contents">The signature dictionary's Contents.</param>
    /// <param name="dictionary">The signature dictionary.</param>
    /// <param name="view">Where its references lead.</param>
    /// <param name="digests">Of the signed bytes.</param>
    /// <param name="file">Path for findings.</param>
    public static SignatureFacts Read(
        SignatureFacts start, ReadOnlyMemory<byte> contents, PdfObject.Dictionary? dictionary, PdfView view, DigestSet digests, string file)
    {
        var encoded = Certificates(dictionary?["Cert"], view);
        var certificate = encoded.Select(c => Certificate.TryDecode(c, out var decoded) ? decoded : null).FirstOrDefault();
        var facts = start with { Certificate = certificate, Material = new EmbeddedMaterial(encoded, [], []) };
        if (certificate is null)
            return facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.NoSigningCertificateFound, new Finding(SignatureRules.NoCertificate, file));
        try
        {
            var value = new AsnReader(contents, AsnEncodingRules.BER).ReadOctetString();
            foreach (var hash in Hashes)
                foreach (var digest in digests.By(hash))
                    if (certificate.Key.Verify(digest, value, new SignatureScheme(SchemeFamily.RsaPkcs1, hash, null), hash) == KeyAnswer.Yes)
                        return facts with { Algorithms = [new AlgorithmUse(hash.Name, 0), .. Strength(certificate)] };
            return facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.SigCryptoFailure, new Finding(SignatureRules.Value, file));
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return facts.Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.Malformed, file, null, exception.Message));
        }
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Certificates(PdfObject? value, PdfView view) => view.Resolve(value) switch
    {
        PdfObject.String one => [one.Bytes],
        PdfObject.Array all => [.. all.Items.Select(view.Resolve).OfType<PdfObject.String>().Select(s => (ReadOnlyMemory<byte>)s.Bytes)],
        _ => [],
    };

    private static IEnumerable<AlgorithmUse> Strength(Certificate certificate) =>
        certificate.Key.Strength() is { Name.Length: > 0 } strength ? [new AlgorithmUse(strength.Name, strength.Bits)] : [];
}
