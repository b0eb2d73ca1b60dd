namespace Preservation.Catalogue.Model;

/// <summary>Does a copy count?</summary>
public enum CopyState
{
    /// <summary>Proven when last read.</summary>
    Good,

    /// <summary>Not what it must be; being repaired or waiting for a good source.</summary>
    Bad,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>Could not be read: says nothing of its bytes.</summary>
    Unreadable,

    /// <summary>Not written yet, and not expected to be: its medium is away by design, or its own process has not been at it.</summary>
    Awaited,
}
