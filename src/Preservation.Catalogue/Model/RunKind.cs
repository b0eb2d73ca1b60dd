namespace Preservation.Catalogue.Model;

/// <summary>Why a run was made.</summary>
public enum RunKind
{
    /// <summary>The plan was due.</summary>
    Scheduled,

    /// <summary>A person asked.</summary>
    OnDemand,

    /// <summary>Hash trees are to be made by another function: every copy is read, whatever its plan says.</summary>
    Renewal,
}
