using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Verdicts on signatures that are made again, and drills with stored ones.</summary>
public sealed class VerdictOptions
{
    /// <summary>How often to look for verdicts that are due: material came, or the rules changed.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Verdicts looked at in one run, the oldest first.</summary>
    [Range(1, 1_000_000)] public int AtMost { get; set; } = 1000;

    /// <summary>How long a process may be silent over verdicts before another takes them over.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often stored verdicts are replayed.</summary>
    public TimeSpan ReplayEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Every stored verdict is replayed within this many days, as far as the runs reach.</summary>
    [Range(1, 36_500)] public int ReplayWithinDays { get; set; } = 365;

    /// <summary>Verdicts replayed in one run, those that waited the longest first.</summary>
    [Range(1, 1_000_000)] public int ReplayAtMost { get; set; } = 200;
}
