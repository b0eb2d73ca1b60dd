namespace Preservation.Workflow.Canaries;

/// <summary>Do canaries show that copies are looked after?</summary>
public enum CanaryStanding
{
    /// <summary>Every damage whose time was up was detected and repaired.</summary>
    Good,

    /// <summary>The first round goes on; nothing is known yet.</summary>
    Waiting,

    /// <summary>A damage was not done, not detected or not repaired when it should have been.</summary>
    Failed,
}
