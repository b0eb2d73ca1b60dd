using Microsoft.AspNetCore.Authorization;
using Preservation.Server.Api;
using Preservation.Workflow.Access;

namespace Preservation.Server.Hosting;

/// <summary>The pages' counterpart of <see cref="RoleCheck"/>: a page serves only callers with one of its roles; one that names none serves nobody.</summary>
internal sealed class PageRoleCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null || PageServing.IsApi(context) || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
        var roles = endpoint.Metadata.GetMetadata<AllowedRoles>()?.Roles ?? [];
        if (context.Features.Get<Caller>()?.ScopeOf([.. roles]).IsEmpty == false) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
