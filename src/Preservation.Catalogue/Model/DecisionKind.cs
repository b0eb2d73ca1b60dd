namespace Preservation.Catalogue.Model;

/// <summary>What a person decided.</summary>
public enum DecisionKind
{
    /// <summary>To take it.</summary>
    Approved,

    /// <summary>To send it back.</summary>
    Returned,
}
