namespace Preservation.Evidence.TimeStamps;

/// <summary>The authority could not be reached, or what came back is no response. Ask again later.</summary>
public sealed class TimeStampUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException);
