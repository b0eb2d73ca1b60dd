namespace Preservation.Storage.Objects;

/// <summary>What trying a capability showed.</summary>
public enum CapabilityStanding
{
    /// <summary>The store did it.</summary>
    Proven,

    /// <summary>The store says that it does not do it, or has no way to be asked.</summary>
    Absent,

    /// <summary>The store answered that it did it, and did not.</summary>
    Pretended,
}
