using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Uploads in pieces: what one agency may have under way, how long, and how slowly. The largest upload is <see cref="StagingOptions.MaxUploadBytes"/>.</summary>
public sealed class UploadOptions
{
    /// <summary>Uploads an agency may have open at a time.</summary>
    [Range(1, 1_000_000)] public int MaxOpenPerAgency { get; set; } = 2000;

    /// <summary>Bytes that the open uploads of an agency may announce together.</summary>
    [Range(1, long.MaxValue)] public long MaxBytesPerAgency { get; set; } = 4L << 40;

    /// <summary>An upload expires when nothing came for so long.</summary>
    public TimeSpan ExpireAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>It expires this long after it was begun, whatever comes.</summary>
    public TimeSpan LongestLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long one that has ended is still answered 410 or, when a submission was made of it, as complete; then it is unknown.</summary>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What comes is forced to the medium, and counts, after so many bytes at the latest.</summary>
    [Range(1 << 16, 1L << 32)] public long CheckpointBytes { get; set; } = 64L << 20;

    /// <summary>The same after so long.</summary>
    public TimeSpan CheckpointEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A sender who is slower than this, in bytes a second over the time of the request, is cut off.</summary>
    [Range(1, int.MaxValue)] public int MinBytesPerSecond { get; set; } = 512;

    /// <summary>How long a request may be slower; more than a second.</summary>
    public TimeSpan SlowGrace { get; set; } = TimeSpan.FromSeconds(20);
}
