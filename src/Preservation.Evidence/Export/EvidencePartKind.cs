namespace Preservation.Evidence.Export;

/// <summary>What may lie in an evidence archive beside its proofs.</summary>
public enum EvidencePartKind
{
    /// <summary>A file that a proof is about, in <c>files/</c> under its path.</summary>
    File,

    /// <summary>A certificate (DER or PEM) above a time-stamp or a signature, in <c>certificates/</c>.</summary>
    Certificate,

    /// <summary>A certificate revocation list (DER or PEM), in <c>crls/</c>.</summary>
    Crl,

    /// <summary>An OCSP response (DER or PEM), in <c>ocsp/</c>.</summary>
    Ocsp,

    /// <summary>A report on signatures or evidence, in <c>reports/</c>.</summary>
    Report,

    /// <summary>Preservation metadata (PREMIS), in <c>premis/</c>.</summary>
    Premis,

    /// <summary>Entries of the audit log with their proofs and head, in <c>audit/</c>.</summary>
    Audit,

    /// <summary>What an auditor's case file has beside the evidence, in <c>case/</c>.</summary>
    Case,
}
