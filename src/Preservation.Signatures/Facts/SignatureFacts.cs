using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Facts;

/// <summary>
/// What the bytes of one signature say, before any question of trust or time: readers of formats make it, the validation judges it. It
/// depends on the file and what was given beside it alone, so that it never changes.
/// </summary>
internal sealed record SignatureFacts
{
    /// <summary>Unique within the file: <c>1</c>, <c>2</c>, a counter-signature <c>1.1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the form: <c>CMS</c>, <c>CAdES</c>, <c>XMLDSig</c>, <c>XAdES</c>, <c>PDF</c>, <c>PAdES</c>, <c>OOXML</c>.</summary>
    public required string Format { get; init; }

    /// <summary>What its properties amount to: <c>BASIC</c>, <c>B</c>, <c>T</c>, <c>C</c>, <c>X</c>, <c>LT</c>, <c>LTA</c>.</summary>
    public required string Level { get; init; }

    /// <summary>Do the value and every digest hold.</summary>
    public VerificationOutcome Cryptographic { get; init; } = VerificationOutcome.Intact;

    /// <summary>Why it cannot pass, whatever the path says: what was found first. Null when nothing stands against it.</summary>
    public (Indication Indication, SubIndication Sub)? Fault { get; init; }

    /// <summary><c>FULL</c>, or <c>PARTIAL</c> when something a reader is shown as signed is not.</summary>
    public string Scope { get; init; } = "FULL";

    /// <summary>Part of its file it covers.</summary>
    public Coverage Coverage { get; init; }

    /// <summary>What later revisions of a PDF change; null for other forms.</summary>
    public LaterChanges? Changes { get; init; }

    /// <summary>The signer's own statement; proves nothing.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    /// <summary>The signature algorithm as the signature names it, an OID or URI; null when it could not be read.</summary>
    public string? Method { get; init; }

    /// <summary>The digest algorithm, where the signature names it apart (CMS); null otherwise.</summary>
    public string? DigestMethod { get; init; }

    /// <summary>The signature value; empty when it could not be read.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The signer's certificate; null when it is not at hand.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>Is the signer's certificate itself covered by the signature.</summary>
    public bool ProtectsCertificate { get; init; }

    /// <summary>Digest and signature algorithms that the verdict rests on.</summary>
    public ImmutableArray<AlgorithmUse> Algorithms { get; init; } = [];

    /// <summary>Certificates, revocation lists and OCSP responses that the signature carries.</summary>
    public EmbeddedMaterial Material { get; init; } = EmbeddedMaterial.None;

    /// <summary>Time-stamps in the signature, those that cover the least first.</summary>
    public ImmutableArray<TimeStampFacts> TimeStamps { get; init; } = [];

    /// <summary>Signatures over this signature's value.</summary>
    public ImmutableArray<SignatureFacts> CounterSignatures { get; init; } = [];

    /// <summary>Everything found on the way.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>The same with a fault: what was found first decides the outcome.</summary>
    public SignatureFacts Fails(VerificationOutcome outcome, Indication indication, SubIndication sub, Finding finding) => this with
    {
        Cryptographic = Cryptographic == VerificationOutcome.Intact ? outcome : Cryptographic,
        Fault = Fault ?? (indication, sub),
        Findings = Findings.Add(finding),
    };
}
