namespace Preservation.Core.Findings;

/// <summary>How a standard's requirement word maps to a finding: MAY unmet, SHOULD unmet, MUST unmet.</summary>
public enum Severity
{
    /// <summary>Worth knowing; an unmet MAY.</summary>
    Info,

    /// <summary>An unmet SHOULD.</summary>
    Warning,

    /// <summary>An unmet MUST: the content is at fault.</summary>
    Error,
}
