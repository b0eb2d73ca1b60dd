namespace Preservation.Catalogue.Model;

/// <summary>How far an order of destruction is at an escrow.</summary>
public enum DestructionState
{
    /// <summary>It is there, and its time has not come.</summary>
    Received,

    /// <summary>The escrow does not carry it out; its findings say why.</summary>
    Refused,

    /// <summary>Its time has come; the escrow's operator has not confirmed it.</summary>
    AwaitsOperator,

    /// <summary>Something of it is locked or cannot be deleted; the rest may be gone.</summary>
    NotPossible,

    /// <summary>Nothing of its objects is there any more.</summary>
    Destroyed,

    /// <summary>It was withdrawn; nothing more is destroyed by it.</summary>
    Withdrawn,
}
