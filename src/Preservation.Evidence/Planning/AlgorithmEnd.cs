namespace Preservation.Evidence.Planning;

/// <summary>An end of reliance.</summary>
/// <param name="At">First moment at which it is relied on no more.</param>
/// <param name="Source">The document that says so; empty for an alarm.</param>
/// <param name="IsBroken">It is an alarm's.</param>
/// <param name="KnownSince">When that became known; catalogues are known always.</param>
internal sealed record AlgorithmEnd(DateTimeOffset At, string Source, bool IsBroken, DateTimeOffset KnownSince);
