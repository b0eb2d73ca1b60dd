namespace Preservation.Workflow.Terms;

/// <summary>What became of a step on a registration.</summary>
public enum RegistrationOutcome
{
    /// <summary>It was taken.</summary>
    Done,

    /// <summary>The caller sees no such registration, agreement, fonds or round.</summary>
    NotFound,

    /// <summary>Its state does not allow the step.</summary>
    NotNow,

    /// <summary>Who asked cannot answer.</summary>
    OwnRequest,
}
