namespace Preservation.Catalogue.Model;

/// <summary>What was done to somebody's rights.</summary>
public enum RightsChange
{
    /// <summary>A grant was given.</summary>
    GrantGiven,

    /// <summary>A grant was ended.</summary>
    GrantEnded,

    /// <summary>A key, subject or certificate proves the principal from now on.</summary>
    CredentialGiven,

    /// <summary>It does so no more.</summary>
    CredentialRevoked,

    /// <summary>The principal was switched off.</summary>
    Disabled,

    /// <summary>It was switched on again.</summary>
    Enabled,
}
