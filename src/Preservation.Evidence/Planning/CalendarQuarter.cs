namespace Preservation.Evidence.Planning;

/// <summary>What becomes due in one quarter.</summary>
/// <param name="Year">The year (UTC).</param>
/// <param name="Quarter">1 to 4.</param>
/// <param name="TimeStampRenewals">Tokens that are renewed by a token over them.</param>
/// <param name="HashTreeRenewals">Tokens whose trees are renewed with their objects.</param>
/// <param name="Tokens">Time-stamps that this takes.</param>
/// <param name="Bytes">Bytes that are read again.</param>
public sealed record CalendarQuarter(int Year, int Quarter, long TimeStampRenewals, long HashTreeRenewals, long Tokens, long Bytes);
