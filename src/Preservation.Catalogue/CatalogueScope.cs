using System.Collections.Immutable;

namespace Preservation.Catalogue;

/// <summary>Whose rows a session may see. Built from the caller's grants; an empty scope sees nothing.</summary>
public sealed record CatalogueScope(
    bool Everything, ImmutableHashSet<Guid> Agencies, ImmutableHashSet<Guid> Fonds, ImmutableHashSet<Guid> Packages)
{
    /// <summary>The scope of the service's own work.</summary>
    public static CatalogueScope All { get; } = new(true, [], [], []);

    /// <summary>Sees nothing.</summary>
    public static CatalogueScope Nothing { get; } = new(false, [], [], []);

    /// <summary>True when no row can be seen.</summary>
    public bool IsEmpty => !Everything && Agencies.IsEmpty && Fonds.IsEmpty && Packages.IsEmpty;

    /// <summary>True when the whole agency lies in the scope.</summary>
    public bool Covers(Guid agencyId) => Everything || Agencies.Contains(agencyId);
}
