namespace Preservation.Workflow.Uploads;

/// <summary>What became of a piece.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome() { }

    /// <summary>Its bytes are safe.</summary>
    /// <param name="Offset">Where the next belong.</param>
    /// <param name="ExpiresAt">When the upload expires if none come.</param>
    public sealed record Advanced(long Offset, DateTimeOffset ExpiresAt) : AppendOutcome;

    /// <summary>The caller has no such upload.</summary>
    public sealed record NotFound : AppendOutcome;

    /// <summary>It has ended.</summary>
    public sealed record Gone : AppendOutcome;

    /// <summary>Another request writes to it.</summary>
    public sealed record Busy : AppendOutcome;

    /// <summary>The next byte belongs elsewhere.</summary>
    public sealed record OtherOffset(long Offset) : AppendOutcome;

    /// <summary>More bytes than the upload was announced to have.</summary>
    public sealed record TooLong(long Length) : AppendOutcome;

    /// <summary>The bytes are not those of the checksum; none counts.</summary>
    public sealed record OtherBytes : AppendOutcome;
}
