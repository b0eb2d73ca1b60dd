namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>What a store may do to one request.</summary>
internal enum StoreFault
{
    /// <summary>500, nothing done.</summary>
    InternalError,

    /// <summary>503 SlowDown, nothing done.</summary>
    Unavailable,

    /// <summary>The answer comes late.</summary>
    Slow,

    /// <summary>The connection ends within the body of the answer.</summary>
    HalfBody,

    /// <summary>One byte of the body is another, this once.</summary>
    WrongByte,

    /// <summary>The connection ends before anything was done.</summary>
    CutBefore,

    /// <summary>It was done, and the connection ends before the answer.</summary>
    CutAfter,
}
