using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Terms;

/// <summary>A registration with its rounds and what came in each of them.</summary>
internal sealed record RegistrationView(
    Guid Id, Guid AgencyId, string Agency, string Code, int Year, string Title, RegistrationState State, int PlannedPackages, long? PlannedBytes, DateOnly PlannedFrom, DateTimeOffset RequestedAt, DateOnly AnswerDue,
    DateTimeOffset? AnsweredAt, string? Reason, DateTimeOffset? EndedAt, IReadOnlyList<RoundView> Rounds)
{
    public static IQueryable<RegistrationView> Of(CatalogueSession session, IQueryable<Registration> registrations)
    {
        var rows = session.Rows;
        return registrations.Select(r => new RegistrationView(r.Id, r.AgencyId, rows.Agencies.Where(a => a.Id == r.AgencyId).Select(a => a.Name).First(), r.Code, r.Year, r.Title, r.State, r.PlannedPackages, r.PlannedBytes, r.PlannedFrom,
            r.RequestedAt, r.AnswerDue, r.AnsweredAt, r.Reason, r.EndedAt,
            rows.RegistrationRounds.Where(o => o.RegistrationId == r.Id).OrderBy(o => o.Number).Select(o => new RoundView(o.Number, o.OpensOn, o.ClosesOn, o.ClosedAt, o.PlannedPackages,
                rows.Submissions.Count(s => s.RoundId == o.Id),
                rows.Submissions.Count(s => s.RoundId == o.Id && s.State == SubmissionState.Preserved),
                rows.Submissions.Count(s => s.RoundId == o.Id && (s.State == SubmissionState.Rejected || s.State == SubmissionState.Returned)),
                rows.Submissions.Count(s => s.RoundId == o.Id && s.State == SubmissionState.AwaitingApproval), o.MinutesId)).ToList()));
    }
}

/// <summary>A round and its packages: how many came, are preserved, went back and wait for a decision; and the document with its minutes.</summary>
internal sealed record RoundView(int Number, DateOnly OpensOn, DateOnly ClosesOn, DateTimeOffset? ClosedAt, int PlannedPackages, int Came, int Preserved, int SentBack, int Waiting, Guid? Minutes);
