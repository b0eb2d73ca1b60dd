using System.Collections.Immutable;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>The other names of a package, each unique in its scheme for ever.</summary>
internal static class Aliases
{
    public static ImmutableArray<PackageAlias> Of(PackageDescription description)
    {
        var aliases = description.Aliases.Where(a => !string.IsNullOrWhiteSpace(a.Value));
        if (!string.IsNullOrWhiteSpace(description.ObjId)) aliases = aliases.Append(new PackageAlias("OBJID", description.ObjId));
        return [.. aliases.Distinct()];
    }
}
