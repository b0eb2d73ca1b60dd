using Preservation.Catalogue.Model;
using Preservation.Workflow.Renewal;

namespace Preservation.Server.Api.Evidence;

/// <summary><c>GET /evidence/report</c>: coverage, renewals, alarms and the years ahead, for those who see the whole archive.</summary>
internal static class EvidenceEndpoints
{
    internal static readonly Role[] Readers = [Role.PreservationOfficer, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/evidence/report", ReportAsync).Produces<EvidenceOutlookView>().For(Readers);

    private static async Task<IResult> ReportAsync(CallerAccess access, EvidenceOutlook reports, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        return TypedResults.Ok(await reports.MakeAsync(session, cancellationToken));
    }
}
