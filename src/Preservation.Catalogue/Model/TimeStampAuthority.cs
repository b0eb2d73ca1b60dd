namespace Preservation.Catalogue.Model;

/// <summary>How an authority behaves.</summary>
public sealed class TimeStampAuthority
{
    public required string Name { get; set; }

    /// <summary>Failures since its last good answer.</summary>
    public int Failures { get; set; }

    /// <summary>Not to be asked before; null when it may be.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The day (UTC) that <see cref="Asked"/> counts.</summary>
    public DateOnly? Day { get; set; }

    public int Asked { get; set; }
    public DateTimeOffset? LastAnswerAt { get; set; }
    public string? LastProblem { get; set; }
}
