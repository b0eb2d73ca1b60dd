using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.TimeStamps;

/// <summary>Makes facts of a time-stamp token: its signature, its imprint, its authority's certificate (RFC 3161 §2.4.2).</summary>
internal static class TimeStampReader
{
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <param name="kind">What it stamps, as <see cref="TimeStampFacts.Kind"/> names it.</param>
    /// <param name="encoded">The token, DER or BER.</param>
    /// <param name="digestOf">The digest of what it should be over, by its own function; null when that data is not at hand.</param>
    /// <param name="limits">Bounds on the structure.</param>
    /// <param name="file">Path for findings.</param>
    /// <param name="known">Certificates beside the token's own in which its authority may be found.</param>
    public static TimeStampFacts Read(
        string kind, ReadOnlyMemory<byte> encoded, Func<HashFunction, byte[]?> digestOf, SignatureLimits limits, string file, IEnumerable<Certificate>? known = null) =>
        CmsSignedData.TryDecode(encoded, limits, out var data, out var reason) && TimeStampToken.TryFrom(data, out var token, out reason)
            ? Read(kind, token, hash => digestOf(hash) is { } digest ? [digest] : [], file, known)
            : Malformed(kind, file, reason);

    /// <summary>The same for a token that was decoded, and for data of which there are several candidates: one of them must match.</summary>
    public static TimeStampFacts Read(
        string kind, TimeStampToken token, Func<HashFunction, IReadOnlyCollection<byte[]>> digestsOf, string file, IEnumerable<Certificate>? known = null)
    {
        var cms = token.SignedData;
        var material = CmsMaterial.Of(cms.Certificates, cms.Revocations, cms.Signers[0].UnsignedAttributes);
        var candidates = Certificates(material).Concat(known ?? []);
        var hash = HashFunction.Find(cms.Signers[0].DigestAlgorithm.Oid);
        var content = DigestSet.Of(cms.Content!.Value, hash is { IsSupported: true } ? [hash] : []);
        var signature = CmsVerification.Verify(
            new SignatureFacts { Id = "", Format = "", Level = "" }, cms.Signers[0], cms.ContentType, content, candidates, file);
        var facts = new TimeStampFacts
        {
            Kind = kind,
            Token = token,
            Cryptographic = signature.Cryptographic,
            Fault = signature.Fault,
            Certificate = signature.Certificate,
            Algorithms = signature.Algorithms,
            Material = material,
            Findings = signature.Findings,
        };
        facts = CheckImprint(facts, token, digestsOf, file);
        if (facts.Certificate is { } authority && (authority.ExtendedKeyUsage is not [TimeStamping] || !authority.IsExtendedKeyUsageCritical))
            facts = facts with
            {
                Fault = facts.Fault ?? (Indication.Indeterminate, SubIndication.ChainConstraintsFailure),
                Findings = facts.Findings.Add(new Finding(SignatureRules.TstCertificate, file)),
            };
        return facts;
    }

    /// <summary>A token that cannot be read.</summary>
    public static TimeStampFacts Malformed(string kind, string file, string reason) => new TimeStampFacts { Kind = kind }
        .Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.TstMalformed, file, null, reason));

    private static TimeStampFacts CheckImprint(TimeStampFacts facts, TimeStampToken token, Func<HashFunction, IReadOnlyCollection<byte[]>> digestsOf, string file)
    {
        if (token.ImprintHash is not { IsSupported: true } hash)
            return facts.Fails(VerificationOutcome.Unsupported, Indication.Indeterminate, SubIndication.CryptoConstraintsFailure,
                new Finding(SignatureRules.UnsupportedAlgorithm, file, null, token.ImprintHash?.Name ?? token.ImprintAlgorithm));
        facts = facts with { Algorithms = facts.Algorithms.Add(new AlgorithmUse(hash.Name, 0)) };
        var digests = digestsOf(hash);
        if (digests.Count == 0)
            return facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.SignedDataNotFound, new Finding(SignatureRules.ContentMissing, file));
        return digests.Any(d => CryptographicOperations.FixedTimeEquals(d, token.Imprint.AsSpan())) ? facts
            : facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.HashFailure, new Finding(SignatureRules.TstImprint, file));
    }

    private static ImmutableArray<Certificate> Certificates(EmbeddedMaterial material) =>
        [.. material.Certificates.Select(c => Certificate.TryDecode(c, out var certificate) ? certificate : null).OfType<Certificate>()];
}
