using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;

namespace Preservation.Workflow.Terms;

/// <summary>Who decides on a package that passed every check.</summary>
public enum ApprovalMode
{
    /// <summary>A person with the role of approver.</summary>
    Person,

    /// <summary>Two persons with that role, one after the other.</summary>
    TwoPersons,

    /// <summary>Nobody: what passes is archived.</summary>
    Automatic,
}

/// <summary>What a verdict on a signature leads to.</summary>
public enum VerdictAction
{
    /// <summary>The submission is refused.</summary>
    Reject,

    /// <summary>The submission is sent back, to be completed and sent again.</summary>
    Return,

    /// <summary>The verdict is kept and shown; the submission goes on.</summary>
    Warn,
}

/// <summary>The terms of one version of an agreement (domain.md, "On what terms"). Stored as JSON; defaults are the careful ones.</summary>
public sealed record AgreementTerms
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Package kinds taken: <c>tt05</c>, <c>eark</c>, <c>bagit</c>.</summary>
    public IReadOnlyList<string> PackageKinds { get; init; } = ["tt05", "eark", "bagit"];

    /// <summary>Who decides.</summary>
    public ApprovalMode Approval { get; init; } = ApprovalMode.Person;

    /// <summary>A signature whose content was changed, or that is malformed.</summary>
    public VerdictAction BrokenSignature { get; init; } = VerdictAction.Reject;

    /// <summary>The policy by whose verdict signers are judged: <c>etsi</c>, or <c>vn-tt41-2017</c>, valid at the time of signing.</summary>
    public string SignaturePolicy { get; init; } = ValidationPolicy.Etsi.Id;

    /// <summary>A signature that is intact but whose signer is not proven trustworthy (<c>INDETERMINATE</c>).</summary>
    public VerdictAction UntrustedSignature { get; init; } = VerdictAction.Warn;

    /// <summary>One that only lacks revocation data, which may come yet (<c>TRY_LATER</c>); null: as <see cref="UntrustedSignature"/>.</summary>
    public VerdictAction? UnprovenSignature { get; init; }

    /// <summary>One that is intact and certainly not valid (<c>TOTAL_FAILED</c>): signed when the certificate had ended or was revoked; null: as <see cref="UntrustedSignature"/>.</summary>
    public VerdictAction? FailedSignature { get; init; }

    /// <summary>A signature of a form or by an algorithm that cannot be judged.</summary>
    public VerdictAction UnsupportedSignature { get; init; } = VerdictAction.Warn;

    /// <summary>True: a package comes under a registration that was accepted, in an open round (VN-C17).</summary>
    public bool RequiresRegistration { get; init; }

    /// <summary>Must a detached signature over the package come with it.</summary>
    public bool PackageSignatureRequired { get; init; }

    /// <summary>
    /// Certificates (PEM) of those who sign packages, or of the authorities that issue theirs: a signature over the package that does not lead to one of them is refused.
    /// Empty: the service's own anchors prove signers, and one who is not proven is only told of.
    /// </summary>
    public IReadOnlyList<string> PackageSigners { get; init; } = [];

    /// <summary>Days rejected bytes are kept; afterwards they are erased and only the findings stay.</summary>
    public int KeepRejectedDays { get; init; } = 30;

    /// <summary>Which agency keeps the package once it is preserved; null: the producer itself.</summary>
    public Guid? CustodianId { get; init; }

    /// <summary>Largest package in bytes; null: as the service allows.</summary>
    public long? MaxPackageBytes { get; init; }

    /// <summary>Reads terms as stored or sent.</summary>
    /// <exception cref="JsonException">Not terms: unknown members are refused, so that a misspelt one is noticed.</exception>
    public static AgreementTerms Parse(string json)
    {
        var terms = JsonSerializer.Deserialize<AgreementTerms>(json, Options) ?? throw new JsonException("terms are null");
        try
        {
            _ = terms.PackageAnchors();
        }
        catch (InvalidDataException e)
        {
            throw new JsonException($"packageSigners: {e.Message}", e);
        }
        return terms.SignaturePolicy == ValidationPolicy.Etsi.Id || terms.SignaturePolicy == ValidationPolicy.Vietnam.Id ? terms : throw new JsonException($"no validation policy {terms.SignaturePolicy}");
    }

    /// <summary>The anchors of <see cref="PackageSigners"/>.</summary>
    /// <exception cref="InvalidDataException">One of them is no certificate.</exception>
    public TrustAnchors PackageAnchors() => TrustAnchors.FromCertificates(PackageSigners.SelectMany((pem, i) => TrustAnchors.Decode(Encoding.UTF8.GetBytes(pem), $"entry {i + 1}").AsEnumerable()));

    /// <summary>What the agreement makes of a verdict on a signature whose value and digests hold; null when it passed.</summary>
    public VerdictAction? ActionFor(Indication indication, SubIndication? sub) => indication switch
    {
        Indication.TotalPassed => null,
        Indication.TotalFailed => FailedSignature ?? UntrustedSignature,
        _ when sub == SubIndication.TryLater => UnprovenSignature ?? UntrustedSignature,
        _ => UntrustedSignature,
    };

    /// <summary>The terms as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
