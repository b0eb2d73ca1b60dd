using System.Collections.Immutable;

namespace Preservation.Workflow.Changes;

/// <summary>What agencies are told of: actions of the audit log. The database puts entries with these into the feed (migration 0020, <c>change_types</c>).</summary>
public static class ChangeTypes
{
    /// <summary>All of them, in byte order.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        "agreement.create", "agreement.version", "deadline.near", "document.frozen", "evidence.stored", "fixity.outcome", "fixity.problem", "hold.lift", "hold.place", "package.preserved", "receipt.issued",
        "registration.accepted", "registration.close", "registration.refused", "registration.request", "registration.withdrawn", "round.close", "round.open",
        "submission.again", "submission.approved", "submission.checked", "submission.receive", "submission.returned", "task.decide", "verdict.remade", "webhook.paused",
    ];
}
