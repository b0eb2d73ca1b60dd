namespace Preservation.Catalogue.Model;

/// <summary>Where a registration stands.</summary>
public enum RegistrationState
{
    /// <summary>Waits for the archive's answer.</summary>
    Requested,

    /// <summary>Packages may come, in rounds.</summary>
    Accepted,

    /// <summary>The archive does not take it.</summary>
    Refused,

    /// <summary>The agency took it back.</summary>
    Withdrawn,

    /// <summary>Everything came; nothing more does.</summary>
    Closed,
}
