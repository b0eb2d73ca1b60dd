namespace Preservation.Signatures.Reports;

/// <summary>The cryptographic outcome, never a trust verdict; written in upper snake case (<c>NO_SIGNATURE</c>).</summary>
public enum VerificationOutcome
{
    /// <summary>Every signature value verifies and every digest matches.</summary>
    Intact,

    /// <summary>A signature value or digest does not match, signed data is missing, or the verifier must refuse.</summary>
    Broken,

    /// <summary>Some signatures are intact and others broken.</summary>
    Mixed,

    /// <summary>The file carries none.</summary>
    NoSignature,

    /// <summary>The structure must be refused.</summary>
    Malformed,

    /// <summary>XML that declares a document type.</summary>
    RejectDtd,

    /// <summary>The algorithm or form is not supported; nothing is said about the signature.</summary>
    Unsupported,

    /// <summary>The evidence record proves the data.</summary>
    ErValid,

    /// <summary>The record is sound; no data was given.</summary>
    ErValidStruct,

    /// <summary>The record's tree, renewal or time-stamp fails.</summary>
    ErInvalid,

    /// <summary>The record is sound and does not cover the data given.</summary>
    ErDataMismatch,

    /// <summary>The record covers a part of the data given.</summary>
    ErPartial,

    /// <summary>The record needs data that was not given.</summary>
    ErNoData,

    /// <summary>The record's structure must be refused.</summary>
    ErMalformed,
}
