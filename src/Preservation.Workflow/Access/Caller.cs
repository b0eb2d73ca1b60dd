using System.Collections.Immutable;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Who asks, with the grants in force at this instant. What they may see follows from the roles an endpoint asks for.</summary>
public sealed record Caller(Guid PrincipalId, PrincipalKind Kind, string Name, Guid? AgencyId, ImmutableArray<RoleGrant> Grants)
{
    /// <summary>What proved it in this request.</summary>
    public Guid CredentialId { get; init; }

    /// <summary>The union of the scopes in which the caller has any of these roles.</summary>
    public CatalogueScope ScopeOf(params ReadOnlySpan<Role> roles)
    {
        var scope = CatalogueScope.Nothing;
        foreach (var grant in Grants)
        {
            if (!roles.Contains(grant.Role)) continue;
            scope = grant.Scope switch
            {
                GrantScope.Everything => CatalogueScope.All,
                GrantScope.Agency => scope with { Agencies = scope.Agencies.Add(grant.AgencyId!.Value) },
                GrantScope.Fonds => scope with { Fonds = scope.Fonds.Add(grant.FondsId!.Value) },
                _ => scope with { Packages = scope.Packages.Add(grant.PackageId!.Value) },
            };
            if (scope.Everything) return scope;
        }
        return scope;
    }

    /// <summary>True when the caller has the role anywhere.</summary>
    public bool Has(Role role) => Grants.Any(g => g.Role == role);
}
