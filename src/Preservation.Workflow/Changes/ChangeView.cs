namespace Preservation.Workflow.Changes;

/// <summary>One change: what happened to what. It names nobody and quotes nothing; whoever may know more asks for the subject.</summary>
/// <param name="Sequence">Its place in the audit log.</param>
/// <param name="At">When it happened.</param>
/// <param name="Type">One of <see cref="ChangeTypes"/>.</param>
/// <param name="AgencyId">Whose it is.</param>
/// <param name="SubjectKind">What kind of thing it is about.</param>
/// <param name="SubjectId">Which one.</param>
/// <param name="SubmissionId">The submission; null where it is about none.</param>
/// <param name="PackageId">The package; null where it is about none.</param>
/// <param name="Receipt">The kind of a receipt that was issued; null otherwise.</param>
/// <param name="State">The state that came of it; null where there is none, or where it was erased.</param>
/// <param name="Entry">The entry's number in the log, by which its proof is asked for.</param>
/// <param name="LeafHash">The entry's leaf hash in hexadecimal: whoever keeps it is a witness of the log.</param>
public sealed record ChangeView(
    long Sequence, DateTimeOffset At, string Type, Guid AgencyId, string SubjectKind, string SubjectId, Guid? SubmissionId, Guid? PackageId, string? Receipt, string? State, long Entry, string LeafHash);
