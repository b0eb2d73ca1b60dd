namespace Preservation.Catalogue.Model;

/// <summary>Whether a receiver is told of changes.</summary>
public enum WebhookState
{
    /// <summary>It is.</summary>
    Active,

    /// <summary>It answered nothing good for a day: a person must set it going again.</summary>
    Paused,

    /// <summary>For good.</summary>
    Ended,
}
