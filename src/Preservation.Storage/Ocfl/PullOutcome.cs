namespace Preservation.Storage.Ocfl;

/// <summary>What became of pulling one object.</summary>
public abstract record PullOutcome
{
    private PullOutcome() { }

    /// <summary>What is held is what the source has.</summary>
    public sealed record Current : PullOutcome;

    /// <summary>Versions were taken, each proven while it was written and read back before it counted.</summary>
    /// <param name="Id">The object.</param>
    /// <param name="Versions">How many.</param>
    /// <param name="Bytes">Content that was written.</param>
    /// <param name="Newest">When the newest of them was made.</param>
    public sealed record Taken(string Id, int Versions, long Bytes, DateTimeOffset Newest) : PullOutcome;

    /// <summary>Nothing more was taken, because the source's copy is not as it must be, is being written or could not be read. The next pull looks again.</summary>
    /// <param name="Id">The object; null when no inventory told it.</param>
    /// <param name="Reason">Why, in English.</param>
    public sealed record Refused(string? Id, string Reason) : PullOutcome;

    /// <summary>What is held is older than, or other than, the history the source now tells; it stays as it was.</summary>
    /// <param name="Id">The object.</param>
    /// <param name="Held">The newest version that is held.</param>
    /// <param name="Offered">The newest version at the source.</param>
    /// <param name="Difference">What the source says otherwise, in English.</param>
    public sealed record Differs(string Id, int Held, int Offered, string Difference) : PullOutcome;

    /// <summary>No inventory of the held object can be believed: it is to be looked after before anything is added.</summary>
    public sealed record HeldIsDamaged : PullOutcome;
}
