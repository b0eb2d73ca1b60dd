namespace Preservation.Catalogue.Model;

/// <summary>A task that a person was told of by mail. Not journaled: after a rebuild it is told once more.</summary>
public sealed class MailTold
{
    public required Guid PrincipalId { get; set; }
    public required Guid TaskId { get; set; }

    /// <summary>0: of the task itself; otherwise of the step by which it was given to the person.</summary>
    public required int Step { get; set; }
}
