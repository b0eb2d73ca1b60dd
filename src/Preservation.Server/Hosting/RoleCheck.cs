using Preservation.Server.Api;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary>Denies by default: an endpoint of the API serves only callers with one of its roles, and one that names no roles serves nobody.</summary>
internal sealed class RoleCheck(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null || endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }
        var roles = endpoint.Metadata.GetMetadata<AllowedRoles>()?.Roles ?? [];
        if (context.Features.Get<Caller>()?.ScopeOf([.. roles]).IsEmpty != false)
        {
            await Problems.Forbidden().ExecuteAsync(context);
            return;
        }
        await next(context);
    }
}
