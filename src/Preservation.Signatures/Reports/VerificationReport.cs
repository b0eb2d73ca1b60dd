using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>The answer of <c>preserve verify</c> about one file.</summary>
public sealed record VerificationReport
{
    private static readonly JsonNamingPolicy Words = JsonNamingPolicy.SnakeCaseUpper;

    /// <summary>How the report is written: camel case, enumerations in upper snake case, findings as in <c>preserve check</c>.</summary>
    public static JsonSerializerOptions JsonOptions { get; } = CreateOptions();

    /// <summary>The file's path as given.</summary>
    public required string File { get; init; }

    /// <summary>Sums up the signatures where there are any, else the evidence, else the time-stamps, else it is <c>NO_SIGNATURE</c>.</summary>
    public required VerificationOutcome Outcome { get; init; }

    /// <summary>Every signature, in the order of the file.</summary>
    public ImmutableArray<SignatureReport> Signatures { get; init; } = [];

    /// <summary>Every evidence record.</summary>
    public ImmutableArray<EvidenceReport> Evidence { get; init; } = [];

    /// <summary>Time-stamps that stand on their own.</summary>
    public ImmutableArray<TimeStampReport> Timestamps { get; init; } = [];

    /// <summary>What concerns the file as a whole.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>What all of it comes to, in sentences: what is proven, and what is not.</summary>
    public ImmutableArray<Finding> Conclusion { get; init; } = [];

    /// <summary>What the verdicts rest on; null where nothing was judged.</summary>
    public VerificationBasis? Basis { get; init; }

    /// <summary>What a better verdict would need; not written, since it is work and no result.</summary>
    [JsonIgnore]
    public ImmutableArray<WantedMaterial> Wanted { get; init; } = [];

    /// <summary>Certificates, lists and responses that the verdicts rest on, DER, each once: to be kept with the report.</summary>
    [JsonIgnore]
    public ImmutableArray<ReadOnlyMemory<byte>> Used { get; init; } = [];

    /// <summary>Certificates, lists and responses that were given beside the file, as <see cref="VerificationBasis.Material"/> names them.</summary>
    [JsonIgnore]
    public ImmutableArray<ReadOnlyMemory<byte>> Given { get; init; } = [];

    /// <summary>One JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, (JsonTypeInfo<VerificationReport>)JsonOptions.GetTypeInfo(typeof(VerificationReport)));

    /// <summary>The one word for several outcomes: equal ones as they are, the most doubtful otherwise.</summary>
    internal static VerificationOutcome Sum(IReadOnlyCollection<VerificationOutcome> outcomes)
    {
        if (outcomes.Count == 0) return VerificationOutcome.NoSignature;
        VerificationOutcome[] worstFirst =
            [VerificationOutcome.RejectDtd, VerificationOutcome.Malformed, VerificationOutcome.Mixed];
        foreach (var outcome in worstFirst)
            if (outcomes.Contains(outcome)) return outcome;
        if (outcomes.Contains(VerificationOutcome.Broken))
            return outcomes.Contains(VerificationOutcome.Intact) ? VerificationOutcome.Mixed : VerificationOutcome.Broken;
        return outcomes.Contains(VerificationOutcome.Unsupported) ? VerificationOutcome.Unsupported : outcomes.First();
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters =
            {
                new FindingJsonConverter(), new JsonStringEnumConverter<VerificationOutcome>(Words), new JsonStringEnumConverter<Indication>(Words), new JsonStringEnumConverter<SubIndication>(Words),
                new JsonStringEnumConverter<Coverage>(Words), new JsonStringEnumConverter<LaterChanges>(Words),
            },
            TypeInfoResolver = ReportJson.Default,
        };
        options.MakeReadOnly();
        return options;
    }
}
