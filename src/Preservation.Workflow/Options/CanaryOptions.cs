namespace Preservation.Workflow.Options;

/// <summary>Sacrificial objects that the service damages itself, to see whether it notices.</summary>
public sealed class CanaryOptions
{
    /// <summary>False: there are none.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long a round lasts. Damages are drawn within its first half; what is not detected and repaired at its end has failed.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Damages on each store in a round.</summary>
    public int PerStore { get; set; } = 2;

    /// <summary>Canaries are read within this many days; at most a quarter of a round.</summary>
    public decimal WithinDays { get; set; } = 1;
}
