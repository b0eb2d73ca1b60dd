using Preservation.Catalogue.Model;

namespace Preservation.Server.Api;

/// <summary>Which roles an endpoint serves. An endpoint of the API without this is refused at start.</summary>
internal sealed record AllowedRoles(IReadOnlyList<Role> Roles);

internal static class AllowedRolesExtensions
{
    public static TBuilder For<TBuilder>(this TBuilder builder, params Role[] roles) where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new AllowedRoles(roles));
        return builder;
    }
}
