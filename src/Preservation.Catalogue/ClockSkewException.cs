namespace Preservation.Catalogue;

/// <summary>
/// This machine's clock and the database's differ by more than they may. Nothing was begun. It goes on by
/// itself when the clocks agree again.
/// </summary>
public sealed class ClockSkewException(DateTimeOffset here, DateTimeOffset database, TimeSpan atMost)
    : Exception($"The clock of this machine says {here:O}, that of the database {database:O}; they may differ by {atMost.TotalSeconds:0} s")
{
    /// <summary>How far this machine is ahead of the database; negative when it is behind.</summary>
    public TimeSpan Ahead => here - database;
}
