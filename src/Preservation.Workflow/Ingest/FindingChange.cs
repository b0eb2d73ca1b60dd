namespace Preservation.Workflow.Ingest;

/// <summary>What became of a finding since the attempt before: the same rule at the same place is the same finding.</summary>
public enum FindingChange
{
    /// <summary>The attempt before did not have it.</summary>
    New,

    /// <summary>Both have it.</summary>
    Still,

    /// <summary>Only the attempt before has it.</summary>
    Gone,
}
