namespace Preservation.Workflow.Terms;

/// <summary>Something that is to be done by a day.</summary>
/// <param name="Kind"><c>registrationAnswer</c>, <c>roundClosing</c> or <c>processing</c>.</param>
/// <param name="AgencyId">Whose it is.</param>
/// <param name="Subject">Code of the registration (and number of the round), or the submission's title.</param>
/// <param name="RegistrationId">The registration; null for a submission's processing.</param>
/// <param name="SubmissionId">The submission; null otherwise.</param>
/// <param name="Due">The last day in time, in Vietnam.</param>
/// <param name="IsOverdue">Has the day passed?</param>
/// <param name="IsSoon">Is it time to remind of it?</param>
/// <param name="Planned">Packages that the round was opened for; null otherwise.</param>
/// <param name="Done">Packages of it that are preserved; null otherwise.</param>
public sealed record Deadline(string Kind, Guid AgencyId, string Subject, Guid? RegistrationId, Guid? SubmissionId, DateOnly Due, bool IsOverdue, bool IsSoon, int? Planned, int? Done);
