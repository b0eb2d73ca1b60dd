using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>What is to be granted: a role, where, from when until when, and on what legal basis.</summary>
public sealed record GrantTerms(
    Role Role, GrantScope Scope, string Basis, Guid? AgencyId = null, Guid? FondsId = null, Guid? PackageId = null, DateTimeOffset? ValidFrom = null, DateTimeOffset? ValidUntil = null);
