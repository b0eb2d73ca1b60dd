namespace Preservation.Catalogue.Model;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Copies are being read.</summary>
    Running,

    /// <summary>Done.</summary>
    Ended,
}
