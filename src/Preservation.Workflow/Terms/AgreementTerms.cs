using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Workflow.Terms;

/// <summary>Who decides on a package that passed every check.</summary>
public enum ApprovalMode
{
    /// <summary>A person with the role of approver.</summary>
    Person,

    /// <summary>Nobody: what passes is archived.</summary>
    Automatic,
}

/// <summary>What a verdict on a signature leads to.</summary>
public enum VerdictAction
{
    /// <summary>The submission is refused.</summary>
    Reject,

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

    /// <summary>A signature that is intact but whose signer is not proven trustworthy.</summary>
    public VerdictAction UntrustedSignature { get; init; } = VerdictAction.Warn;


    /// <summary>Days rejected bytes are kept; afterwards they are erased and only the findings stay.</summary>
    public int KeepRejectedDays { get; init; } = 30;

    /// <summary>Which agency keeps the package once it is preserved; null: the producer itself.</summary>
    public Guid? CustodianId { get; init; }

    /// <summary>Largest package in bytes; null: as the service allows.</summary>
    public long? MaxPackageBytes { get; init; }

    /// <summary>Reads terms as stored or sent.</summary>
    /// <exception cref="JsonException">Not terms: unknown members are refused, so that a misspelt one is noticed.</exception>
    public static AgreementTerms Parse(string json) =>
        JsonSerializer.Deserialize<AgreementTerms>(json, Options) ?? throw new JsonException("terms are null");

    /// <summary>The terms as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
