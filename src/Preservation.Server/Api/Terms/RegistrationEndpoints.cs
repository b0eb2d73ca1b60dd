using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Api.Terms;

/// <summary>Registrations, their answers and rounds (Circular 05/2025 ch. IV), and what is to be done by when.</summary>
internal static class RegistrationEndpoints
{
    internal static readonly Role[] Readers = [Role.Producer, Role.IngestArchivist, Role.Approver, Role.Auditor];
    internal static readonly Role[] Keepers = [Role.IngestArchivist, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/registrations", ListAsync).Produces<Page<RegistrationView>>().For(Readers);
        routes.MapGet("/registrations/{id:guid}", GetAsync).Produces<RegistrationView>().For(Readers);
        routes.MapGet("/deadlines", DeadlinesAsync).Produces<Page<Deadline>>().For(Readers);
        routes.MapPost("/registrations", RequestAsync).Produces(StatusCodes.Status201Created).For(Role.Producer);
        routes.MapPost("/registrations/{id:guid}/withdraw", WithdrawAsync).For(Role.Producer);
        routes.MapPost("/registrations/{id:guid}/accept", AcceptAsync).For(Role.Approver);
        routes.MapPost("/registrations/{id:guid}/refuse", RefuseAsync).For(Role.Approver);
        routes.MapPost("/registrations/{id:guid}/close", CloseAsync).For(Role.Approver);
        routes.MapPost("/registrations/{id:guid}/rounds", OpenRoundAsync).Produces(StatusCodes.Status201Created).For(Keepers);
        routes.MapPost("/registrations/{id:guid}/rounds/{number:int}/close", CloseRoundAsync).For(Keepers);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, string? state, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        RegistrationState wanted = default;
        if (state is not null && !Enum.TryParse(state, ignoreCase: true, out wanted)) return Problems.Invalid("state", "requested, accepted, refused, withdrawn or closed");
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<RegistrationView>.Size(limit);
        var rows = await RegistrationView.Of(session, session.Rows.Registrations.Where(r => (state == null || r.State == wanted) && (after == null || r.Id > after)).OrderBy(r => r.Id)).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<RegistrationView>.Of(rows, size, r => r.Id.ToString()));
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var view = await RegistrationView.Of(session, session.Rows.Registrations.Where(r => r.Id == id)).SingleOrDefaultAsync(cancellationToken);
        return view is null ? Problems.NotFound() : TypedResults.Ok(view);
    }

    private static async Task<IResult> DeadlinesAsync(CallerAccess access, Deadlines deadlines, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        return TypedResults.Ok(new Page<Deadline>(await deadlines.ListAsync(session, cancellationToken), null));
    }

    private static async Task<IResult> RequestAsync(RegistrationRequest request, CallerAccess access, Registrations registrations, CancellationToken cancellationToken)
    {
        if (Wrong(request) is var (field, detail)) return Problems.Invalid(field, detail);
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (await registrations.RequestAsync(session, access.Caller, request, cancellationToken) is not { } made) return Problems.Invalid("agreement", "name an agreement in force, and a fonds, of yours");
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/registrations/{made.Id}", new { made.Id, made.Code, made.State, made.AnswerDue }, cancellationToken);
    }

    /// <summary>The first field of a request that cannot be used, and what it should be; null when all can.</summary>
    internal static (string Field, string Detail)? Wrong(RegistrationRequest request) =>
        string.IsNullOrWhiteSpace(request.Title) || request.Title.Length > 500 ? ("title", "1 to 500 characters")
        : request.Year is < 1900 or > 2999 ? ("year", "1900 to 2999")
        : request.PlannedPackages < 1 ? ("plannedPackages", "1 or more")
        : request.PlannedBytes < 1 ? ("plannedBytes", "1 or more") : null;

    private static Task<IResult> AcceptAsync(Guid id, ReasonRequest? request, CallerAccess access, CancellationToken cancellationToken) => AnswerAsync(id, true, request?.Reason, access, cancellationToken);

    private static async Task<IResult> RefuseAsync(Guid id, ReasonRequest request, CallerAccess access, CancellationToken cancellationToken) =>
        IsReason(request.Reason) ? await AnswerAsync(id, false, request.Reason, access, cancellationToken) : Problems.Invalid("reason", "1 to 2,000 characters");

    private static async Task<IResult> AnswerAsync(Guid id, bool accepts, string? reason, CallerAccess access, CancellationToken cancellationToken)
    {
        if (reason is { Length: > 2_000 }) return Problems.Invalid("reason", "at most 2,000 characters");
        var digest = access.DigestOf(new { accepts, reason });
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Registrations.AnswerAsync(session, access.Caller, id, accepts, reason, cancellationToken);
        return Refusal(outcome) ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id, state = accepts ? RegistrationState.Accepted : RegistrationState.Refused }, cancellationToken);
    }

    private static async Task<IResult> WithdrawAsync(Guid id, ReasonRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (!IsReason(request.Reason)) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Registrations.WithdrawAsync(session, access.Caller, id, request.Reason, cancellationToken);
        return Refusal(outcome) ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id, state = RegistrationState.Withdrawn }, cancellationToken);
    }

    private static async Task<IResult> CloseAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        return Refusal(await Registrations.CloseAsync(session, access.Caller, id, cancellationToken))
            ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id, state = RegistrationState.Closed }, cancellationToken);
    }

    private static async Task<IResult> OpenRoundAsync(Guid id, RoundRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (request.ClosesOn < request.OpensOn) return Problems.Invalid("closesOn", "not before opensOn");
        if (request.PlannedPackages < 1) return Problems.Invalid("plannedPackages", "1 or more");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var (round, outcome) = await Registrations.OpenRoundAsync(session, access.Caller, id, request.OpensOn, request.ClosesOn, request.PlannedPackages, cancellationToken);
        return Refusal(outcome) ?? await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { round!.Number, round.OpensOn, round.ClosesOn }, cancellationToken);
    }

    private static async Task<IResult> CloseRoundAsync(Guid id, int number, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        return Refusal(await Registrations.CloseRoundAsync(session, access.Caller, id, number, cancellationToken))
            ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id, number }, cancellationToken);
    }

    private static ProblemHttpResult? Refusal(RegistrationOutcome outcome) => outcome switch
    {
        RegistrationOutcome.Done => null,
        RegistrationOutcome.NotFound => Problems.NotFound(),
        RegistrationOutcome.OwnRequest => Problems.Conflict("ownRequest", "Another person must answer what you asked for."),
        _ => Problems.Conflict("notNow", "The registration's state, or another open round on these days, does not allow this."),
    };

    private static bool IsReason(string? reason) => !string.IsNullOrWhiteSpace(reason) && reason.Length <= 2_000;

    private sealed record ReasonRequest(string Reason);

    private sealed record RoundRequest(DateOnly OpensOn, DateOnly ClosesOn, int PlannedPackages);
}
