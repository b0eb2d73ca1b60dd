using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Preservation.Workflow.Tests.Collection;

/// <summary>An HTTP server on a free port of this machine whose answers a test decides.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application) => _application = application;

    public string Url { get; private set; } = "";

    public int Requests { get; private set; }

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<LoopbackServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var server = new LoopbackServer(application);
        application.Run(context =>
        {
            server.Requests++;
            return server.Answer(context);
        });
        await application.StartAsync();
        server.Url = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public Task AnswerAsync(byte[] content)
    {
        Answer = context => context.Response.Body.WriteAsync(content).AsTask();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
