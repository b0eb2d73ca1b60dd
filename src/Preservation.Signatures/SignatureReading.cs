using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;

namespace Preservation.Signatures;

/// <summary>
/// Everything in one file that signs or dates, read once and before any question of trust. Verdicts are made of it as often as policies, material or
/// the time change; the same ones give the same report to the byte.
/// </summary>
public sealed class SignatureReading
{
    private readonly string _path;
    private readonly FileFacts _facts;

    internal SignatureReading(string path, FileFacts facts)
    {
        _path = path;
        _facts = facts;
    }

    /// <summary>Does the file carry anything to judge.</summary>
    public bool IsSigned => !_facts.Signatures.IsEmpty || !_facts.TimeStamps.IsEmpty;

    /// <summary>Every signature as the file carries it, counter-signatures too: what PREMIS wants to know of it.</summary>
    public IEnumerable<FoundSignature> Signatures => Flatten(_facts.Signatures).Select(s => new FoundSignature(
        s.Id, s.Format, s.Level, s.Method, s.DigestMethod, s.Value, s.Certificate?.Report.Subject, s.Certificate?.Encoded, s.ClaimedTime?.ToUniversalTime()));

    /// <summary>Makes a report.</summary>
    /// <param name="policy">Trust, revocation data, rules.</param>
    /// <param name="now">The verification's time.</param>
    public VerificationReport Validate(VerificationPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var material = PathMaterial.From(policy, _path);
        return new SignatureValidation(material, policy.Validations, now, _path, VerificationBasis.Of(policy, now)).Validate(_facts with { Findings = [.. _facts.Findings, .. material.Findings] }) with { Given = [.. policy.Intermediates, .. policy.Crls, .. policy.OcspResponses] };
    }

    private static IEnumerable<SignatureFacts> Flatten(IEnumerable<SignatureFacts> signatures) => signatures.SelectMany(s => Flatten(s.CounterSignatures).Prepend(s));
}
