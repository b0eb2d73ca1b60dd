namespace Preservation.Catalogue.Model;

/// <summary>What became of a task; added to, never changed. That it was decided is noted by the database, wherever that was.</summary>
public sealed class TaskStep
{
    public required Guid TaskId { get; set; }
    public required int Ordinal { get; set; }
    public required DateTimeOffset At { get; set; }

    /// <summary>Null: the service.</summary>
    public Guid? PrincipalId { get; set; }

    public required TaskStepKind Kind { get; set; }
    public Guid? AssigneeId { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public string? Words { get; set; }
}
