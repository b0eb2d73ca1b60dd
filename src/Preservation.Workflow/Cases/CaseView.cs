using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Cases;

/// <summary>What a mandate for one case shows: where the package came from, who decided what, what was found about signatures, and where the log says so. No content of files.</summary>
public sealed record CaseView(
    string Package, string Title, string Producer, DateTimeOffset PreservedAt, DateTimeOffset At, IReadOnlyList<CaseSubmission> Submissions, IReadOnlyList<CaseEvent> Events, IReadOnlyList<CaseDecision> Decisions,
    IReadOnlyList<CaseVerdict> Verdicts, IReadOnlyList<CaseEntry> Entries, CaseHead? Head);

/// <summary>A submission of the case and how it ended.</summary>
public sealed record CaseSubmission(
    Guid Id, SubmissionState State, string RecordStatus, string FileName, long Bytes, string Sha256, DateTimeOffset ReceivedAt, DateTimeOffset? DecidedAt, string? DecidedBy, string? Reason, IReadOnlyList<CaseReceipt> Receipts);

/// <summary>A receipt that was issued.</summary>
public sealed record CaseReceipt(ReceiptKind Kind, DateTimeOffset IssuedAt, string Sha512);

/// <summary>A PREMIS event.</summary>
public sealed record CaseEvent(string Type, DateTimeOffset At, string Outcome, string? Detail, string Agent);

/// <summary>A task of the case and what a person decided.</summary>
public sealed record CaseDecision(Guid Task, string Kind, string Subject, TaskState State, DateTimeOffset CreatedAt, string? Decision, DateTimeOffset? DecidedAt, string? DecidedBy);

/// <summary>A verdict on a signed file.</summary>
public sealed record CaseVerdict(string File, string FileSha512, string Outcome, DateTimeOffset MadeAt, bool Newest);

/// <summary>An entry of the audit log about the case; its place is null until it is sealed.</summary>
public sealed record CaseEntry(long Entry, long? Sequence, DateTimeOffset At, string Action, string SubjectKind, string SubjectId, string? LeafHash);

/// <summary>The newest head of the log.</summary>
public sealed record CaseHead(long TreeSize, string Head, DateTimeOffset SealedAt);
