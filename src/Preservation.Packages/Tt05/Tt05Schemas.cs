using System.Collections.Immutable;

namespace Preservation.Packages.Tt05;

/// <summary>Our own schemas of the circular's descriptors in the newest edition, as packages carry them.</summary>
public static class Tt05Schemas
{
    /// <summary>File names of the schemas for a form of package, in byte order.</summary>
    public static ImmutableArray<string> NamesOf(Tt05Form form) => Tt05Editions.BuiltIn.Newest.SchemasOf(form);

    /// <summary>The bytes of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such schema.</exception>
    public static byte[] Read(Tt05Form form, string name) => Tt05Editions.BuiltIn.Newest.ReadSchema(form, name);
}
