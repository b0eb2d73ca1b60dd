namespace Preservation.Catalogue.Model;

/// <summary>Why a run was made.</summary>
public enum RunKind
{
    /// <summary>The plan was due.</summary>
    Scheduled,

    /// <summary>A person asked.</summary>
    OnDemand,
}
