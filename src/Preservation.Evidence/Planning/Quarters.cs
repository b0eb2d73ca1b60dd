namespace Preservation.Evidence.Planning;

/// <summary>Quarters of a year: renewals of one quarter are done together, at its beginning.</summary>
internal static class Quarters
{
    /// <summary>The beginning of a time's quarter (UTC).</summary>
    public static DateTimeOffset Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return new DateTimeOffset(utc.Year, (utc.Month - 1) / 3 * 3 + 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
