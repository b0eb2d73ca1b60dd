namespace Preservation.Catalogue.Model;

/// <summary>What happened to a task.</summary>
public enum TaskStepKind
{
    /// <summary>Somebody took it or was given it.</summary>
    Assigned,

    /// <summary>It is nobody's again.</summary>
    GivenBack,

    /// <summary>It is due at another time.</summary>
    DueChanged,

    /// <summary>Somebody wrote something down.</summary>
    Noted,

    /// <summary>It ended.</summary>
    Decided,
}
