using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Reports;

/// <summary>
/// What the verdicts on one document come to, in sentences for people who keep or judge records: what is proven, and what is not. A bare
/// <c>INDETERMINATE</c> helps no court.
/// </summary>
internal static class DocumentConclusion
{
    private const string ByTimeOfSigning = "vn-tt41-2017";
    private const string CommonName = "2.5.4.3";

    public static ImmutableArray<Finding> Of(IReadOnlyList<SignatureReport> signatures, string file)
    {
        if (signatures.Count == 0) return [];
        var said = ImmutableArray.CreateBuilder<Finding>();
        foreach (var signature in signatures)
        {
            var signer = NameOf(signature);
            foreach (var (code, at) in Content(signature).Concat(Signer(signature)).Concat(Authority(signature)).Concat(Time(signature)))
                said.Add(new Finding(ConclusionRules.Of(code), file, at is { } time ? Text(time) : null, signer));
        }
        said.Add(new Finding(ConclusionRules.Of(Together(signatures)), file));
        return said.ToImmutable();
    }

    private static IEnumerable<(string Code, DateTimeOffset? At)> Content(SignatureReport signature)
    {
        yield return (signature.Cryptographic switch
        {
            VerificationOutcome.Intact => "SAID-UNCHANGED",
            VerificationOutcome.Unsupported => "SAID-NOT-JUDGED",
            _ => "SAID-CHANGED",
        }, null);
        if (signature.Cryptographic != VerificationOutcome.Intact) yield break;
        if (signature.Scope != "FULL" || signature.Coverage == Coverage.Unclear) yield return ("SAID-PART-ONLY", null);
        else if (signature.Coverage == Coverage.Revision) yield return ("SAID-CHANGED-LATER", null);
    }

    private static IEnumerable<(string Code, DateTimeOffset? At)> Signer(SignatureReport signature)
    {
        if (signature.Cryptographic != VerificationOutcome.Intact) yield break;
        if (signature.Indication == Indication.TotalPassed)
        {
            yield return ("SAID-SIGNER-PROVEN", signature.Verdicts.IsEmpty ? signature.ProvenTime : signature.Verdicts[0].JudgedAt);
            yield break;
        }
        if (Reason(signature) is { } code) yield return (code, null);
        if (signature.Verdicts.FirstOrDefault(v => v.Policy == ByTimeOfSigning) is { Indication: Indication.TotalPassed } then) yield return ("SAID-VALID-THEN", then.JudgedAt);
    }

    // VN-SIG-03: two families of authorities; which one vouches is told, and changes no verdict. The law does not ask it of every signer.
    private static IEnumerable<(string Code, DateTimeOffset? At)> Authority(SignatureReport signature)
    {
        if (signature.Cryptographic != VerificationOutcome.Intact) yield break;
        var family = signature.Verdicts.FirstOrDefault(v => v.Indication == Indication.TotalPassed && v.Anchor?.Family is not null)?.Anchor?.Family;
        if (family == AnchorFamily.OfficialDuty) yield return ("SAID-OFFICIAL-DUTY", null);
        else if (family == AnchorFamily.Public) yield return ("SAID-PUBLIC-AUTHORITY", null);
    }

    private static string? Reason(SignatureReport signature) => signature.SubIndication switch
    {
        SubIndication.NoCertificateChainFound => "SAID-SIGNER-UNKNOWN",
        SubIndication.NoCertificateChainFoundNoPoe => "SAID-AUTHORITY-WITHDRAWN",
        SubIndication.NoSigningCertificateFound => "SAID-CERTIFICATE-LOST",
        SubIndication.RevokedNoPoe or SubIndication.RevokedCaNoPoe or SubIndication.Revoked => "SAID-REVOKED-BEFORE",
        SubIndication.TryLater => "SAID-REVOCATION-UNKNOWN",
        SubIndication.OutOfBoundsNoPoe or SubIndication.Expired or SubIndication.NotYetValid or SubIndication.NoPoe => "SAID-OUT-OF-FORCE",
        SubIndication.CryptoConstraintsFailure or SubIndication.CryptoConstraintsFailureNoPoe => "SAID-WEAK",
        SubIndication.ChainConstraintsFailure or SubIndication.CertificateChainGeneralFailure => "SAID-MISUSED",
        _ => null, // what the content's sentence says already
    };

    private static IEnumerable<(string Code, DateTimeOffset? At)> Time(SignatureReport signature)
    {
        if (signature.Cryptographic != VerificationOutcome.Intact) yield break;
        if (signature.ProvenTime is { } proven) yield return ("SAID-TIME-PROVEN", proven);
        else if (signature.ClaimedTime is { } claimed) yield return ("SAID-TIME-CLAIMED", claimed);
        else yield return ("SAID-TIME-UNKNOWN", null);
    }

    // VN-SIG-01: a person in charge and the organisation, each valid by what can be proven or by the rule of signing time.
    private static string Together(IReadOnlyList<SignatureReport> signatures)
    {
        var valid = signatures.Where(s => s.Signer is not null && (s.Indication == Indication.TotalPassed || s.Verdicts.Any(v => v.Policy == ByTimeOfSigning && v.Indication == Indication.TotalPassed)))
            .Select(s => SignerKind.IsOrganisation(s.Signer!.Subject)).ToList();
        return (valid.Contains(true), valid.Contains(false)) switch
        {
            (true, true) => "SAID-BOTH-SIGNED",
            (true, false) => "SAID-ORGANISATION-ONLY",
            (false, true) => "SAID-PERSON-ONLY",
            _ => "SAID-NEITHER-SIGNED",
        };
    }

    private static string NameOf(SignatureReport signature)
    {
        if (signature.Signer is not { } signer) return "?";
        try
        {
            foreach (var part in new X500DistinguishedName(signer.Subject).EnumerateRelativeDistinguishedNames())
                if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName) return part.GetSingleElementValue() ?? signer.Subject;
        }
        catch (CryptographicException)
        {
            return signer.Subject;
        }
        return signer.Subject;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
