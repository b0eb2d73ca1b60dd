using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Cms;

/// <summary>What the bytes of one signer say, before any question of trust.</summary>
internal sealed record SignerFacts(CmsSigner Signer)
{
    public VerificationOutcome Cryptographic { get; init; } = VerificationOutcome.Intact;

    /// <summary>Why it cannot pass, whatever the path says; null when nothing stands against it.</summary>
    public (Indication Indication, SubIndication Sub)? Fault { get; init; }

    public Certificate? Certificate { get; init; }
    public HashFunction? Hash { get; init; }
    public DateTimeOffset? ClaimedTime { get; init; }
    public bool ProtectsCertificate { get; init; }
    public ImmutableArray<Finding> Findings { get; init; } = [];

    public SignerFacts Fails(VerificationOutcome outcome, Indication indication, SubIndication sub, Finding finding) => this with
    {
        Cryptographic = Cryptographic == VerificationOutcome.Intact ? outcome : Cryptographic,
        Fault = Fault ?? (indication, sub),
        Findings = Findings.Add(finding),
    };
}
