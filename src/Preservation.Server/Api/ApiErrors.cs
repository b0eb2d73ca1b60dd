using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Preservation.Catalogue;

namespace Preservation.Server.Api;

/// <summary>The API's edge: what was thrown becomes a problem document that tells the caller whether to try again, and nothing more.</summary>
internal static class ApiErrors
{
    public static void Configure(IApplicationBuilder app) => app.Run(context =>
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var problem = error switch
        {
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "badRequest", "The request could not be read.", bad.Message),
            NpgsqlException { IsTransient: true } or TimeoutException => Problems.Of(StatusCodes.Status503ServiceUnavailable, "tryAgain", "The service cannot answer now; try again."),
            ClockSkewException => Problems.Of(StatusCodes.Status503ServiceUnavailable, "clock", "A clock of the service is wrong; try again."),
            IOException => Problems.Of(StatusCodes.Status503ServiceUnavailable, "tryAgain", "A store or the connection failed; try again."),
            _ => Problems.Of(StatusCodes.Status500InternalServerError, "internal", "The service failed. The trace id leads its operators to the cause."),
        };
        return problem.ExecuteAsync(context);
    });

    public static Task WriteStatusAsync(StatusCodeContext context) =>
        Problems.Of(context.HttpContext.Response.StatusCode, $"http{context.HttpContext.Response.StatusCode}", "The request cannot be served.").ExecuteAsync(context.HttpContext);
}
