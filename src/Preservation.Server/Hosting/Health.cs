using Npgsql;

namespace Preservation.Server.Hosting;

/// <summary>Ready means: the database answers. A store that is away delays work and is shown elsewhere; it does not stop the service.</summary>
internal static class Health
{
    public static async Task<IResult> ReadyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return TypedResults.Ok(new { status = "ready" });
        }
        catch (NpgsqlException)
        {
            return TypedResults.Json(new { status = "database unreachable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
