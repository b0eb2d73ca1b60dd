using System.Formats.Asn1;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Cms;

/// <summary>Checks a signer's digest, attributes and value (RFC 5652 §5.4–5.6, RFC 5035). Pure; trust is another question.</summary>
internal static class CmsVerification
{
    /// <param name="facts">What is known of the signature already; the answer is added to it.</param>
    /// <param name="signer">Whom to judge.</param>
    /// <param name="contentType">The content's type; null for a counter-signature, which has none.</param>
    /// <param name="content">Digests of the signed content; empty when it is not at hand.</param>
    /// <param name="certificates">Where the signer's certificate may be.</param>
    /// <param name="file">Path for findings.</param>
    public static SignatureFacts Verify(
        SignatureFacts facts, CmsSigner signer, string? contentType, DigestSet content, IEnumerable<Certificate> certificates, string file)
    {
        try
        {
            var candidates = certificates.Where(signer.Names).DistinctBy(c => c.Report.Sha256).ToList();
            facts = facts with { Method = signer.SignatureAlgorithm.Oid, DigestMethod = signer.DigestAlgorithm.Oid, Value = signer.SignatureValue };
            facts = ReadSigned(facts, signer, candidates, file);
            return VerifyValue(facts, signer, SignatureScheme.Read(signer.SignatureAlgorithm), contentType, content, file);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.FormatFailure,
                new Finding(SignatureRules.Malformed, file, null, exception.Message));
        }
    }

    private static SignatureFacts ReadSigned(SignatureFacts facts, CmsSigner signer, List<Certificate> candidates, string file)
    {
        if (signer.SignedValue(CmsOids.SigningTime) is { } time)
            facts = facts with { ClaimedTime = AsnTimes.Read(new AsnReader(time, AsnEncodingRules.BER)) };
        var references = EssCertificates.Read(signer);
        facts = facts with { ProtectsCertificate = references.Length > 0 };
        if (references.Length == 0)
            return facts with
            {
                Certificate = candidates.FirstOrDefault(),
                Findings = facts.Findings.Add(new Finding(SignatureRules.EssMissing, file)),
            };
        var named = candidates.FirstOrDefault(c => references.All(r => r.Matches(c)));
        facts = facts with { Certificate = named ?? candidates.FirstOrDefault() };
        return named is not null || candidates.Count == 0 ? facts : facts with
        {
            Fault = (Indication.Indeterminate, SubIndication.NoSigningCertificateFound),
            Findings = facts.Findings.Add(new Finding(SignatureRules.EssMismatch, file)),
        };
    }

    private static SignatureFacts VerifyValue(
        SignatureFacts facts, CmsSigner signer, SignatureScheme scheme, string? contentType, DigestSet content, string file)
    {
        if (HashFunction.Find(signer.DigestAlgorithm.Oid) is not { } hash) return Unsupported(facts, signer.DigestAlgorithm.Oid, file);
        if (scheme.Family == SchemeFamily.Unknown) return Unsupported(facts, signer.SignatureAlgorithm.Oid, file);
        if (scheme.Hash is not null && scheme.Hash != hash)
        {
            if (scheme.Family != SchemeFamily.RsaPss)
                return facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.SigCryptoFailure,
                    new Finding(SignatureRules.AlgorithmMismatch, file, scheme.Hash.Name, hash.Name));
            // RFC 4056 §3 asks agreement of PSS too, but there the parameters leave no doubt which function the value is over: with attributes both are checked.
            if (signer.SignedAttributesEncoded is null) return Unsupported(facts, $"{hash.Name} with PSS of {scheme.Hash.Name}", file);
            facts = facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.PssDigest, file, scheme.Hash.Name, hash.Name)) };
        }
        if (scheme.Unsupported is { } unsupported) return Unsupported(facts, unsupported, file);
        if (!hash.IsSupported) return Unsupported(facts, hash.Name, file);
        var over = scheme.Family == SchemeFamily.RsaPss ? scheme.Hash ?? hash : hash;
        facts = facts with { Algorithms = [.. new[] { hash, over }.Distinct().Select(h => new AlgorithmUse(h.Name, 0)), .. KeyUse(facts.Certificate, scheme)] };
        if (content.IsEmpty)
            return facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.SignedDataNotFound,
                new Finding(SignatureRules.ContentMissing, file));
        if (signer.SignedAttributesEncoded is null) return VerifyKey(facts, signer, scheme, hash, content.By(hash), file);
        facts = VerifyAttributes(facts, signer, hash, contentType, content, file);
        return VerifyKey(facts, signer, scheme, over, signer.SignedOctets().Select(octets => over.Compute(octets)), file);
    }

    private static SignatureFacts VerifyAttributes(
        SignatureFacts facts, CmsSigner signer, HashFunction hash, string? contentType, DigestSet content, string file)
    {
        if (signer.SignedValue(CmsOids.MessageDigest) is not { } encoded)
            return Attribute(facts, "message-digest", file);
        var digest = new AsnReader(encoded, AsnEncodingRules.BER).ReadOctetString();
        if (!content.By(hash).Any())
            facts = facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.SignedDataNotFound,
                new Finding(SignatureRules.ContentMissing, file));
        else if (!content.Contains(hash, digest))
            facts = facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.HashFailure,
                new Finding(SignatureRules.Digest, file, Convert.ToHexStringLower(digest), Convert.ToHexStringLower(content.By(hash).First())));
        if (contentType is null) return facts;
        var type = signer.SignedValue(CmsOids.ContentType);
        return type is { } value && new AsnReader(value, AsnEncodingRules.BER).ReadObjectIdentifier() == contentType
            ? facts : Attribute(facts, "content-type", file);
    }

    private static SignatureFacts VerifyKey(
        SignatureFacts facts, CmsSigner signer, SignatureScheme scheme, HashFunction hash, IEnumerable<byte[]> digests, string file)
    {
        if (facts.Certificate is not { } certificate)
            return facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.NoSigningCertificateFound,
                new Finding(SignatureRules.NoCertificate, file));
        var any = false;
        foreach (var digest in digests)
        {
            any = true;
            var answer = certificate.Key.Verify(digest, signer.SignatureValue.Span, scheme, hash);
            if (answer == KeyAnswer.Yes) return facts;
            if (answer == KeyAnswer.Unsupported) return Unsupported(facts, "key", file);
        }
        return any
            ? facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.SigCryptoFailure, new Finding(SignatureRules.Value, file))
            : facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.SignedDataNotFound,
                new Finding(SignatureRules.ContentMissing, file));
    }

    private static IEnumerable<AlgorithmUse> KeyUse(Certificate? certificate, SignatureScheme scheme)
    {
        if (certificate is null) yield break;
        var (name, bits) = certificate.Key.Strength();
        if (name.Length > 0) yield return new AlgorithmUse(scheme.Family == SchemeFamily.RsaPss ? "RSASSA-PSS" : name, bits);
    }

    private static SignatureFacts Unsupported(SignatureFacts facts, string algorithm, string file) =>
        facts.Fails(VerificationOutcome.Unsupported, Indication.Indeterminate, SubIndication.CryptoConstraintsFailure,
            new Finding(SignatureRules.UnsupportedAlgorithm, file, null, algorithm));

    private static SignatureFacts Attribute(SignatureFacts facts, string name, string file) =>
        facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.FormatFailure,
            new Finding(SignatureRules.Attribute, file, name));
}
