namespace Preservation.Workflow.Options;

/// <summary>How often stores are looked after.</summary>
public sealed class StoreKeepingOptions
{
    /// <summary>How often a worker looks whether its stores need something.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often it is tried what a store can do.</summary>
    public TimeSpan ProbeEvery { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How often locks are looked at and extended.</summary>
    public TimeSpan LockEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often abandoned uploads are swept.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How old an abandoned upload must be: no put takes as long.</summary>
    public TimeSpan SweepAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a store may be out of reach before a person is called.</summary>
    public TimeSpan UnseenAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Objects whose locks are set at once by one process.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 10_000)] public int LockBatch { get; set; } = 50;

    /// <summary>How long before a medium's rated end a person is called.</summary>
    public TimeSpan MediumAlert { get; set; } = TimeSpan.FromDays(365);
}
