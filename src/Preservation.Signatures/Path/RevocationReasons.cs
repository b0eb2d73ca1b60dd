namespace Preservation.Signatures.Path;

/// <summary>ReasonFlags (RFC 5280 §4.2.1.13): which reasons a list speaks of.</summary>
[Flags]
internal enum RevocationReasons
{
    None = 0,
    Unused = 1 << 0,
    KeyCompromise = 1 << 1,
    AuthorityCompromise = 1 << 2,
    AffiliationChanged = 1 << 3,
    Superseded = 1 << 4,
    CessationOfOperation = 1 << 5,
    CertificateHold = 1 << 6,
    PrivilegeWithdrawn = 1 << 7,
    AttributeAuthorityCompromise = 1 << 8,

    /// <summary>All that have a meaning.</summary>
    All = KeyCompromise | AuthorityCompromise | AffiliationChanged | Superseded | CessationOfOperation | CertificateHold
        | PrivilegeWithdrawn | AttributeAuthorityCompromise,
}
