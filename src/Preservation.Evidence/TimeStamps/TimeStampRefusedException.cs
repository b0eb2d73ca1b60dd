namespace Preservation.Evidence.TimeStamps;

/// <summary>The authority answered, and the answer is no time-stamp for this request: refused, or not the one asked for. Asking again unchanged will not help.</summary>
public sealed class TimeStampRefusedException(string message) : Exception(message);
