namespace Preservation.Catalogue.Model;

/// <summary>When a timer's job or a worker was at work last.</summary>
public sealed class SignOfLife
{
    public required string Name { get; set; }

    /// <summary>How often it should be.</summary>
    public required TimeSpan Every { get; set; }

    public required DateTimeOffset FirstAt { get; set; }
    public required DateTimeOffset LastAt { get; set; }

    /// <summary>When it ended without a failure last.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why its last attempt failed.</summary>
    public string? Problem { get; set; }
}
