namespace Preservation.Catalogue.Model;

/// <summary>How a step ended.</summary>
public enum StepOutcomeKind
{
    /// <summary>Not ended, or its worker died.</summary>
    Running,

    /// <summary>Nothing against it.</summary>
    Passed,

    /// <summary>The content is at fault.</summary>
    Failed,

    /// <summary>The surroundings failed; it will be tried again.</summary>
    Retrying,
}
