namespace Preservation.Workflow.Tasks;

/// <summary>What came of a person's work on a task.</summary>
public enum TaskOutcome
{
    /// <summary>Done, once the session is committed.</summary>
    Done,

    /// <summary>There is none, or it is not the caller's.</summary>
    NotFound,

    /// <summary>It was decided already.</summary>
    NotOpen,

    /// <summary>It ends where its matter is decided.</summary>
    DecidedElsewhere,

    /// <summary>Somebody else has it.</summary>
    HeldByAnother,

    /// <summary>Its history is another than the caller has seen.</summary>
    Changed,

    /// <summary>Whom it is given to is no active person with its role there where it lies.</summary>
    NoSuchColleague,

    /// <summary>The date is over, or more than ten years away.</summary>
    NoSuchDate,

    /// <summary>Nothing would change.</summary>
    NothingNew,
}
