using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Workflow.Options;
using Preservation.Workflow.Schedule;

namespace Preservation.Server.Hosting;

/// <summary>
/// Ready means: the database answers. A store that is away delays work and is shown elsewhere; it does not stop the service. Time-stamps that are worthless do not
/// either, and are told; so are timers and workers that are silent.
/// </summary>
internal static class Health
{
    public static async Task<IResult> ReadyAsync(CatalogueSessions sessions, IOptions<PreservationOptions> options, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
            var silent = (await Silence.FindAsync(session, cancellationToken)).Select(s => s.Name).ToList();
            return TypedResults.Ok(new
            {
                status = "ready",
                warning = options.Value.TimeStamps.IsDevelopment ? "a development time-stamping authority is in use: its time-stamps are worthless outside tests" : null,
                silent = silent.Count == 0 ? null : silent,
            });
        }
        catch (ClockSkewException e)
        {
            return TypedResults.Json(new { status = "clock differs from the database's", aheadSeconds = Math.Round(e.Ahead.TotalSeconds) }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (NpgsqlException)
        {
            return TypedResults.Json(new { status = "database unreachable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
