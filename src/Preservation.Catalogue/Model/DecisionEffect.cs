namespace Preservation.Catalogue.Model;

/// <summary>What a decision came to for one of the submissions it names.</summary>
public enum DecisionEffect
{
    /// <summary>Accepted: archiving starts.</summary>
    Approved,

    /// <summary>The first of the two approvals that the agreement asks for.</summary>
    FirstApproval,

    /// <summary>Sent back.</summary>
    Returned,

    /// <summary>Left: the one who decides sent it.</summary>
    OwnSubmission,

    /// <summary>Left: the second approval needs another person than the first.</summary>
    SamePerson,

    /// <summary>Left: two persons must approve, and the one who decides is a system.</summary>
    NotAPerson,

    /// <summary>Left: it does not wait for a decision.</summary>
    NotWaiting,
}
