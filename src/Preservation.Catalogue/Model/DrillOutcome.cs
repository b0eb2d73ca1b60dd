namespace Preservation.Catalogue.Model;

/// <summary>What came of a drill.</summary>
public enum DrillOutcome
{
    /// <summary>Everything is as it must be.</summary>
    Passed,

    /// <summary>Something is not.</summary>
    Failed,
}
