namespace Preservation.Signatures.Path;

/// <summary>Answer of certificate path validation; written in upper snake case.</summary>
public enum PathOutcome
{
    /// <summary>A path leads to a trust anchor and everything RFC 5280 asks of it holds.</summary>
    PathValid,

    /// <summary>No path does.</summary>
    PathInvalid,

    /// <summary>A signature is by an algorithm that is not supported; nothing is said.</summary>
    Indeterminate,
}
