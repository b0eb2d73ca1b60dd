using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using Preservation.Server.Api;
using Preservation.Server.Pages;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>Puts the pages into the host: their sessions, their roles and the headers every page carries.</summary>
internal static class PageServing
{
    /// <summary>Chooses the API's scheme for the API and the session cookie for everything else; a cookie never opens the API.</summary>
    public const string SchemeName = "Preservation";

    public static AuthenticationBuilder AddPageSessions(this AuthenticationBuilder builder, PeopleOptions people) => builder
        .AddPolicyScheme(SchemeName, null, o => o.ForwardDefaultSelector = context => !IsApi(context) ? PageSessions.SchemeName
            : context.Connection.ClientCertificate is not null && !ApiKeyAuthentication.IsUsed(context.Request) ? CertificateAuthentication.SchemeName : ApiKeyAuthentication.SchemeName)
        .AddCookie(PageSessions.SchemeName, o =>
        {
            o.Cookie.Name = "preservation-session";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.ExpireTimeSpan = people.SessionAtMost; // when it ends before, the server says
            o.SlidingExpiration = false;
            o.LoginPath = "/sign-in";
            o.ReturnUrlParameter = "returnUrl";
            o.EventsType = typeof(PageSessions);
        });

    public static void AddPages(this IServiceCollection services, PreservationOptions options)
    {
        services.AddScoped<PageSessions>();
        services.AddScoped<OpenIdSignIn>();
        services.AddScoped<Pages.Notices.OpenNotices>();
        services.AddScoped<Visit>();
        services.AddScoped<Pages.Packages.SignatureReports>();
        services.AddRazorPages(o => o.Conventions.AddFolderApplicationModelConvention("/", GiveRoles));
        services.Configure<WebEncoderOptions>(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All)); // Vietnamese stays readable; < > & " ' are still encoded
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "preservation-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        var keys = services.AddDataProtection().SetApplicationName("preservation");
        if (options.Pages.KeysPath.Length > 0) keys.PersistKeysToFileSystem(new DirectoryInfo(options.Pages.KeysPath));
        else keys.UseEphemeralDataProtectionProvider();
    }

    /// <summary>Errors of the API stay problem documents; a person gets a page.</summary>
    public static void UsePageErrors(this WebApplication app)
    {
        app.UseWhen(IsApi, api =>
        {
            api.UseExceptionHandler(ApiErrors.Configure);
            api.UseStatusCodePages(ApiErrors.WriteStatusAsync);
        });
        app.UseWhen(context => !IsApi(context), pages =>
        {
            pages.Use(AddHeaders);
            pages.UseExceptionHandler("/error/500");
            pages.UseStatusCodePagesWithReExecute("/error/{0}");
        });
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapGet(Styles.Path, Styles.Write).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorPages();
        if (app.Services.GetRequiredService<IOptions<PreservationOptions>>().Value.People.OpenId.Authority.Length > 0) app.MapGet(OpenIdSignIn.Path, OpenIdSignIn.BeginAsync).AllowAnonymous().ExcludeFromDescription();
    }

    public static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private static void GiveRoles(PageApplicationModel page)
    {
        if (PageRoles.Anonymous.Contains(page.ViewEnginePath)) page.EndpointMetadata.Add(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute());
        else page.EndpointMetadata.Add(new AllowedRoles(PageRoles.Of(page.ViewEnginePath)));
    }

    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (string.IsNullOrEmpty(headers.CacheControl)) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
