namespace Preservation.Evidence.Planning;

/// <summary>The two renewals of RFC 4998 §5.2.</summary>
public enum RenewalKind
{
    /// <summary>A new token over the older ones: one for all tokens of one function.</summary>
    TimeStamp,

    /// <summary>The objects are read again, and a new tree by another function is over them and the chains so far.</summary>
    HashTree,
}
