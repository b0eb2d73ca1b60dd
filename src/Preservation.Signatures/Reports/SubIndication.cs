namespace Preservation.Signatures.Reports;

/// <summary>Sub-indication of ETSI EN 319 102-1 §5.1.3, table 5; written in upper snake case.</summary>
public enum SubIndication
{
    /// <summary>The structure does not conform.</summary>
    FormatFailure,

    /// <summary>A digest of signed data differs.</summary>
    HashFailure,

    /// <summary>The signature value does not verify.</summary>
    SigCryptoFailure,

    /// <summary>The signature was made after the certificate was revoked.</summary>
    Revoked,

    /// <summary>The signature was made after the certificate's end.</summary>
    Expired,

    /// <summary>The signature is proven to be older than the certificate's beginning.</summary>
    NotYetValid,

    /// <summary>The certificate was revoked and nothing proves the signature older.</summary>
    RevokedNoPoe,

    /// <summary>An authority of the path was revoked and nothing proves the signature older.</summary>
    RevokedCaNoPoe,

    /// <summary>A signature attribute or the coverage contradicts the policy.</summary>
    SigConstraintsFailure,

    /// <summary>A certificate of the path contradicts its use.</summary>
    ChainConstraintsFailure,

    /// <summary>The path fails for another reason.</summary>
    CertificateChainGeneralFailure,

    /// <summary>An algorithm is unknown or was never reliable enough.</summary>
    CryptoConstraintsFailure,

    /// <summary>An algorithm is no longer reliable and nothing proves the signature older.</summary>
    CryptoConstraintsFailureNoPoe,

    /// <summary>The certificate was not valid at the judged time and nothing proves the signature was made while it was.</summary>
    OutOfBoundsNoPoe,

    /// <summary>What is known of the past does not reach back to the signature without a gap.</summary>
    NoPoe,

    /// <summary>The signer's certificate is not at hand or is not the one that was signed.</summary>
    NoSigningCertificateFound,

    /// <summary>No path leads to a trust anchor.</summary>
    NoCertificateChainFound,

    /// <summary>The trust anchor is no longer believed and nothing proves the signature older.</summary>
    NoCertificateChainFoundNoPoe,

    /// <summary>The signed data is not at hand.</summary>
    SignedDataNotFound,

    /// <summary>A time-stamp contradicts another time.</summary>
    TimestampOrderFailure,

    /// <summary>Revocation information is missing or too old; it may come later.</summary>
    TryLater,
}
