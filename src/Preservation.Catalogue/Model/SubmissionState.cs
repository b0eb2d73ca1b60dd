namespace Preservation.Catalogue.Model;

/// <summary>The states of a submission (domain.md).</summary>
public enum SubmissionState
{
    /// <summary>Bytes are arriving.</summary>
    Uploading,

    /// <summary>The bytes are safe in staging.</summary>
    Received,

    /// <summary>A worker looks at it.</summary>
    Checking,

    /// <summary>Ended: findings say why.</summary>
    Rejected,

    /// <summary>Ended: a person sent it back.</summary>
    Returned,

    /// <summary>A person must decide.</summary>
    AwaitingApproval,

    /// <summary>Accepted; copies are being written and proven.</summary>
    Archiving,

    /// <summary>Ended: the policy's copies are proven.</summary>
    Preserved,

    /// <summary>Ended: a TEST submission, checked and never archived.</summary>
    Tested,
}
