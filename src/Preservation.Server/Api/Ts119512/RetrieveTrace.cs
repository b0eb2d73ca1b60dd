using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Packages;

namespace Preservation.Server.Api.Ts119512;

/// <summary>RetrieveTrace (§5.3.7): everything that happened to a package, in the order of time: its PREMIS events, and the archive time-stamps over it.</summary>
internal static class RetrieveTrace
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/RetrieveTrace", HandleAsync).As<RouteHandlerBuilder, TraceRequest, TraceResponse>("RetrieveTrace").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<TraceRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        await using var session = await access.BeginAsync(cancellationToken);
        var (package, submission) = await PreservationIdentifier.FindAsync(session, request.PoId, cancellationToken);
        if (package is null && submission is null) return Messages.Refuse(request.ReqId, Result.UnknownPoId);
        var events = package is not null ? [.. (await GetProvenance.LoadAsync(session, package, cancellationToken)).Events, .. await StampsAsync(sessions, package, cancellationToken)]
            : await session.Rows.PremisEvents.AsNoTracking().Where(e => e.SubmissionId == submission!.Id).Select(e => new GetProvenance.EventView(e.Id, e.Type, e.At, e.Outcome, e.Detail, e.Agent)).ToListAsync(cancellationToken);
        session.Audit(access.Caller.PrincipalId, package?.ProducerId ?? submission!.AgencyId, "provenance.read", package is null ? "submission" : "package", (package?.Id ?? submission!.Id).ToString(), new { format = "trace" });
        await session.CommitAsync(cancellationToken);
        return Messages.Answer(new TraceResponse(Result.Success)
        {
            ReqId = request.ReqId,
            Trace = new TraceView([.. events.OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => new TraceEventView(e.At, e.Agent, e.Type, request.PoId!, e.Detail is null ? e.Outcome : $"{e.Outcome}: {e.Detail}"))]),
        });
    }

    // Tokens belong to no agency: they are read as the service, of the package that the caller was shown.
    private static async Task<List<GetProvenance.EventView>> StampsAsync(CatalogueSessions sessions, Package package, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var tokens = await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.State == TokenState.Proven && session.Rows.EvidenceLeaves.Any(l => l.BatchId == t.BatchId && l.PackageId == package.Id))
            .Select(t => new { t.Id, t.TokenTime, t.Tsa, t.Serial }).ToListAsync(cancellationToken);
        return tokens.ConvertAll(t => new GetProvenance.EventView(t.Id, "archive time-stamp", t.TokenTime!.Value, "success", $"serial number {t.Serial}", t.Tsa ?? ""));
    }

    private sealed record TraceRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? PoId = null);

    private sealed record TraceResponse(Result Result) : Response(Result)
    {
        public required TraceView Trace { get; init; }
    }

    private sealed record TraceView(IReadOnlyList<TraceEventView> Event);

    private sealed record TraceEventView(DateTimeOffset Time, string Sub, string Op, string Obj, string Det);
}
