namespace Preservation.Catalogue.Model;

/// <summary>Where a token stands.</summary>
public enum TokenState
{
    /// <summary>The request is kept, no answer yet.</summary>
    Asking,

    /// <summary>The answer is kept and fits the request, but its authority's chain cannot be completed yet: it is tried again and does not count.</summary>
    Answered,

    /// <summary>Everything about it was checked: it counts.</summary>
    Proven,

    /// <summary>The answer cannot be believed: kept, and another one is asked for.</summary>
    Refused,
}
