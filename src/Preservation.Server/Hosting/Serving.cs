using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Server.Api;
using Preservation.Workflow;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;
using Preservation.Workflow.Rebuild;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Stores;

namespace Preservation.Server.Hosting;

/// <summary>Builds and runs the server with the roles asked for.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(string[] args)
    {
        var app = Build(args);
        await PrepareAsync(app);
        await app.RunAsync();
        return 0;
    }

    /// <param name="args">Flags of the command line.</param>
    /// <param name="clock">The time; the system's when not given.</param>
    public static WebApplication Build(string[] args, TimeProvider? clock = null)
    {
        // The name says where the pages are compiled in, whoever hosts the server.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(Serving).Assembly.GetName().Name });
        var roles = ServerRoles.Parse(builder.Configuration["role"]);
        builder.Logging.AddJsonConsole(o => o.UseUtcTimestamp = true);
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            // Not asked for where none can hold: a browser would ask its user for one.
            if (builder.Configuration[$"{PreservationOptions.Section}:People:CertificateAnchors"] is { Length: > 0 }) o.ConfigureHttpsDefaults(ClientCertificates.Accept);
            o.Limits.MaxRequestBodySize = 4 * 1024 * 1024; // uploads lift it for themselves
        });
        var services = builder.Services;
        services.AddOptions<PreservationOptions>().BindConfiguration(PreservationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Microsoft.Extensions.Options.IValidateOptions<PreservationOptions>, ProductionRules>();
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddSingleton(p => NpgsqlDataSource.Create(p.GetRequiredService<Microsoft.Extensions.Options.IOptions<PreservationOptions>>().Value.Database.Application));
        services.AddSingleton<Metrics>();
        services.AddPreservation();
        if (roles.Worker) services.AddPreservationWorkers();
        var options = builder.Configuration.GetSection(PreservationOptions.Section).Get<PreservationOptions>() ?? new();
        if (roles.Scheduler) services.AddPreservationSchedules(options);
        if (roles.Api) AddApi(services, options.People, clock ?? TimeProvider.System);
        if (roles.Api) services.AddPages(options);
        var app = builder.Build();
        MapHealth(app);
        if (roles.Api) DevelopmentTsa.Map(app);
        if (roles.Api) UseApi(app);
        return app;
    }

    /// <summary>Refuses a database of another version, and makes sure that the stores can be written to before work begins.</summary>
    private static async Task PrepareAsync(WebApplication app)
    {
        var sessions = app.Services.GetRequiredService<CatalogueSessions>();
        await using (var connection = await sessions.DataSource.OpenConnectionAsync())
        {
            var version = await Migrator.CurrentVersionAsync(connection, CancellationToken.None);
            if (version < Migrator.NewestVersion) throw new InvalidOperationException($"the database is at version {version}, this program needs {Migrator.NewestVersion}: run preservation-server migrate");
            if (await CatalogueRebuild.IsUnfinishedAsync(connection, CancellationToken.None)) throw new InvalidOperationException("the catalogue is being rebuilt: run preservation-server catalogue rebuild to its end");
        }
        await app.Services.GetRequiredService<SealKeys>().RegisterAsync(CancellationToken.None);
        await app.Services.GetRequiredService<StoreSet>().RegisterAsync(sessions, CancellationToken.None);
        await app.Services.GetRequiredService<StorePresence>().RunAsync(CancellationToken.None);
        await app.Services.GetRequiredService<StoreProbing>().StartAsync(CancellationToken.None);
    }

    private static void AddApi(IServiceCollection services, PeopleOptions people, TimeProvider clock)
    {
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            o.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.AddHttpContextAccessor();
        services.AddScoped<CallerAccess>();
        services.AddScoped<Preservation.Server.Api.Submissions.PackageTaking>().AddScoped<Preservation.Server.Api.Submissions.UploadTaking>().AddScoped<Preservation.Server.Api.Uploads.PieceReading>();
        services.AddProblemDetails();
        services.AddSingleton<ClientCertificates>();
        var authentication = services.AddAuthentication(PageServing.SchemeName).AddPageSessions(people).AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, CertificateAuthentication>(CertificateAuthentication.SchemeName, null);
        if (people.OpenId.Authority.Length > 0) OpenIdSignIn.Add(authentication, people.OpenId, clock);
        services.Configure<ForwardedHeadersOptions>(o =>
        {
            o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            o.KnownProxies.Clear();
            o.KnownIPNetworks.Clear();
            foreach (var proxy in people.Proxies) o.KnownProxies.Add(System.Net.IPAddress.Parse(proxy));
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddOpenApi(ApiDescription.Configure);
    }

    private static void UseApi(WebApplication app)
    {
        if (app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PreservationOptions>>().Value.People.Proxies.Count > 0) app.UseForwardedHeaders();
        app.UsePageErrors();
        app.UseMiddleware<Preservation.Server.Api.Uploads.TusProtocol>(); // before routing, which goes by the method
        app.UseRouting(); // after the error pages, which send a request through it again
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<RoleCheck>();
        app.UseMiddleware<PageRoleCheck>();
        app.MapOpenApi().AllowAnonymous();
        ApiRoutes.Map(app);
        app.MapPages();
    }

    private static void MapHealth(WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok(new { status = "live" })).AllowAnonymous();
        app.MapGet("/health/ready", Health.ReadyAsync).AllowAnonymous();
        app.MapGet("/metrics", (Metrics metrics, CancellationToken cancellationToken) => metrics.WriteAsync(cancellationToken)).AllowAnonymous();
    }
}
