using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Time-stamps over the archive's batches.</summary>
public sealed class TimeStampOptions
{
    /// <summary>A single TSA (RFC 3161 over HTTP or HTTPS); the short form of one entry in <see cref="Authorities"/>, which then must be empty.</summary>
    public string Url { get; set; } = "";

    /// <summary>Authorities in the order in which they are asked; when one fails the next one is.</summary>
    public IList<TimeStampAuthorityOptions> Authorities { get; } = [];

    /// <summary>Tokens asked for each tree, from as many authorities of different <see cref="TimeStampAuthorityOptions.Group"/>.</summary>
    [Range(1, 4)] public int TokensPerBatch { get; set; } = 1;

    /// <summary>Digest functions, each with a tree and a token of its own. Empty: SHA-512. SHA-512 must be among them: every object has that digest.</summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>Folder with the TSAs' trust anchors; signatures' anchors do not count here.</summary>
    public string Anchors { get; set; } = "";

    /// <summary>Longest time for one answer, to its last byte.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How far an authority's time may be from ours. A token that states a time before it was asked for, or in the future, is refused.</summary>
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Largest accuracy that a token may state; one that states none is taken at its authority's policy.</summary>
    public TimeSpan MaxAccuracy { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Pause after an authority's first failure; it doubles up to <see cref="RetryAtMost"/>.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest pause.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a token may lack its authority's chain before another authority, when there is one, is asked in its place.</summary>
    public TimeSpan UnprovenPatience { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A batch closes at this many leaves …</summary>
    [Range(1, 1 << 20)] public int MaxLeaves { get; set; } = 100_000;

    /// <summary>… or when its oldest leaf is this old.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often to look.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a process may work on a batch before another may; both would write the same bytes.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the plan of renewals is looked at.</summary>
    public TimeSpan RenewalEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Tokens are renewed this long before the first of their certificates ends.</summary>
    public TimeSpan RenewBeforeCertificateEnd { get; set; } = TimeSpan.FromDays(183);

    /// <summary>Tokens and trees are renewed this long before one of their algorithms ends.</summary>
    public TimeSpan RenewBeforeAlgorithmEnd { get; set; } = TimeSpan.FromDays(365);

    /// <summary>The function that hash-tree renewals go over to.</summary>
    public string RenewalAlgorithm { get; set; } = "SHA-512";

    /// <summary>Certificate (PEM) of the development TSA served at <c>/development/tsa</c>; empty: none.</summary>
    public string DevelopmentCertificateFile { get; set; } = "";

    /// <summary>Its key.</summary>
    public string DevelopmentKeyFile { get; set; } = "";

    /// <summary>True while a development authority is configured, here or elsewhere: what it makes proves nothing to anybody else.</summary>
    public bool IsDevelopment => DevelopmentCertificateFile.Length > 0
        || InOrder.Any(a => Uri.TryCreate(a.Url, UriKind.Absolute, out var uri) && uri.AbsolutePath.EndsWith("/development/tsa", StringComparison.Ordinal));

    /// <summary>The authorities, also when only <see cref="Url"/> is set.</summary>
    public IReadOnlyList<TimeStampAuthorityOptions> InOrder =>
        Authorities.Count > 0 ? [.. Authorities] : Url.Length > 0 ? [new TimeStampAuthorityOptions { Name = Url, Url = Url }] : [];
}
