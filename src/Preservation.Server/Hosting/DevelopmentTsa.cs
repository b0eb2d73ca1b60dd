using Microsoft.Extensions.Options;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>The development time-stamping authority at <c>/development/tsa</c>. What it makes is worthless outside tests and says so.</summary>
internal static class DevelopmentTsa
{
    public const string Path = "/development/tsa";
    private const int MaxRequestBytes = 64 * 1024;

    public static void Map(WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<PreservationOptions>>().Value.TimeStamps;
        if (options.DevelopmentCertificateFile.Length == 0) return;
        var authority = new DevelopmentTimeStampAuthority(File.ReadAllText(options.DevelopmentCertificateFile), File.ReadAllText(options.DevelopmentKeyFile));
        app.Lifetime.ApplicationStopped.Register(authority.Dispose);
        app.MapPost(Path, (HttpRequest request, TimeProvider clock, CancellationToken cancellationToken) => AnswerAsync(authority, request, clock, cancellationToken))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> AnswerAsync(DevelopmentTimeStampAuthority authority, HttpRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = new byte[MaxRequestBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxRequestBytes ? TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge)
            : TypedResults.Bytes(authority.Answer(body.AsMemory(0, length), clock.GetUtcNow()), "application/timestamp-reply");
    }
}
