using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>
/// Ready means: the database answers. A store that is away delays work and is shown elsewhere; it does not stop the service. Time-stamps that are worthless do not
/// either, and are told.
/// </summary>
internal static class Health
{
    public static async Task<IResult> ReadyAsync(NpgsqlDataSource database, IOptions<PreservationOptions> options, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return options.Value.TimeStamps.IsDevelopment ? TypedResults.Ok(new { status = "ready", warning = "a development time-stamping authority is in use: its time-stamps are worthless outside tests" })
                : TypedResults.Ok(new { status = "ready" });
        }
        catch (NpgsqlException)
        {
            return TypedResults.Json(new { status = "database unreachable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
