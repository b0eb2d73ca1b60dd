using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Ingest;

/// <summary>A submission this worker holds: the attempt number is the fencing token of every change it makes.</summary>
public sealed record SubmissionClaim(Guid Id, int Attempt, SubmissionState State);

/// <summary>Another worker has taken the submission over; whatever this one was doing no longer counts.</summary>
public sealed class LeaseLostException(Guid id) : Exception($"submission {id} was taken over by another worker");
