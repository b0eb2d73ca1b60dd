using System.Collections.Immutable;

namespace Preservation.Packages.Tt05;

/// <summary>Our own schemas of the circular's descriptors, as packages carry them.</summary>
public static class Tt05Schemas
{
    private static readonly System.Reflection.Assembly Assembly = typeof(Tt05Schemas).Assembly;

    /// <summary>File names of the schemas for SIPs, in byte order.</summary>
    public static ImmutableArray<string> Sip { get; } = Names("tt05.sip.");

    /// <summary>File names of the schemas for AIPs, in byte order.</summary>
    public static ImmutableArray<string> Aip { get; } = Names("tt05.aip.");

    /// <summary>The bytes of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such schema.</exception>
    public static byte[] Read(bool isAip, string name)
    {
        using var stream = Assembly.GetManifestResourceStream((isAip ? "tt05.aip." : "tt05.sip.") + name)
            ?? throw new ArgumentException($"no schema {name}", nameof(name));
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static ImmutableArray<string> Names(string prefix) =>
        [.. Assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..]).Order(StringComparer.Ordinal)];
}
