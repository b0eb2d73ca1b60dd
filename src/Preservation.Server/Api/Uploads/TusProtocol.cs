namespace Preservation.Server.Api.Uploads;

/// <summary>What tus asks of every request and answer, refusals by rights and errors too: the version, and methods that a client's network lets through only in disguise.</summary>
internal sealed class TusProtocol(RequestDelegate next)
{
    private static readonly PathString Root = "/api/v1/uploads";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal)) return next(context);
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Headers[Tus.MethodOverride] is [{ } method] && method is "PATCH" or "DELETE" or "HEAD" or "OPTIONS") context.Request.Method = method;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Tus.Resumable] = Tus.Version;
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>Refuses a request that speaks another version, or does not say which.</summary>
    public static async ValueTask<object?> RequireVersionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers[Tus.Resumable] is [Tus.Version]) return await next(context);
        http.Response.Headers["Tus-Version"] = Tus.Version;
        return Problems.Of(StatusCodes.Status412PreconditionFailed, "tusVersion", $"Send {Tus.Resumable}: {Tus.Version}.");
    }
}
