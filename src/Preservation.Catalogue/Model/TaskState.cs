namespace Preservation.Catalogue.Model;

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>Waits for a person.</summary>
    Open,

    /// <summary>Decided.</summary>
    Done,
}
