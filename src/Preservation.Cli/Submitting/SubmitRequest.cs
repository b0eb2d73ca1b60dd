namespace Preservation.Cli.Submitting;

/// <summary>What <c>preserve submit</c> was asked to do.</summary>
/// <param name="Paths">The packages.</param>
/// <param name="Server">Where to.</param>
/// <param name="Key">The API key.</param>
internal sealed record SubmitRequest(IReadOnlyList<string> Paths, Uri Server, string Key)
{
    /// <summary>Code of the agreement; null where there is only one.</summary>
    public string? Agreement { get; init; }

    /// <summary>NEW unless said otherwise.</summary>
    public string RecordStatus { get; init; } = "NEW";

    /// <summary>A detached CMS signature over the package; of one package only.</summary>
    public string? Signature { get; init; }

    /// <summary>Where is kept how far each upload is; null: beside the package.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Packages sent at a time.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>How long to go on without any progress.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Follow each until it waits for a person or ends.</summary>
    public bool Wait { get; init; }

    /// <summary>Write JSON.</summary>
    public bool Json { get; init; }
}
