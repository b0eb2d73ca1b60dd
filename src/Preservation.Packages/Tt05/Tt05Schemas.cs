using System.Collections.Immutable;

namespace Preservation.Packages.Tt05;

/// <summary>Our own schemas of the circular's descriptors, as packages carry them.</summary>
public static class Tt05Schemas
{
    private static readonly System.Reflection.Assembly Assembly = typeof(Tt05Schemas).Assembly;

    /// <summary>File names of the schemas for a form of package, in byte order.</summary>
    public static ImmutableArray<string> NamesOf(Tt05Form form)
    {
        var folder = FolderOf(form);
        return [.. Assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Select(n => n[folder.Length..]).Order(StringComparer.Ordinal)];
    }

    /// <summary>The bytes of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such schema.</exception>
    public static byte[] Read(Tt05Form form, string name)
    {
        using var stream = Assembly.GetManifestResourceStream(FolderOf(form) + name) ?? throw new ArgumentException($"no schema {name}", nameof(name));
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static string FolderOf(Tt05Form form) => form switch
    {
        Tt05Form.SipCollection => "tt05/sip_tailieu/",
        Tt05Form.AipDossier => "tt05/aip_hoso/",
        Tt05Form.AipCollection => "tt05/aip_tailieu/",
        Tt05Form.Dip => "tt05/dip/",
        _ => "tt05/sip_hoso/",
    };
}
