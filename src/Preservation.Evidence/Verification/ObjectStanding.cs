namespace Preservation.Evidence.Verification;

/// <summary>How a record stands to one object that was given.</summary>
internal enum ObjectStanding
{
    /// <summary>Every chain covers it.</summary>
    Covered,

    /// <summary>The first archive time-stamp does not cover it.</summary>
    NotCovered,

    /// <summary>A digest that is needed was not given.</summary>
    Unknown,
}
