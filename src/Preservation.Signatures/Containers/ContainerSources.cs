using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>Resolves URIs within a container (EN 319 162-1 §A.6, ODF 1.3 part 2 §5): relative to its root, never outside of it.</summary>
internal static class ContainerSources
{
    public static XmlSources Of(SignedContainer container) => new(uri => Find(container, uri), []) { IsComplete = true };

    /// <summary>The file that a URI names: percent-decoded, or as it stands, since some writers do not encode.</summary>
    public static SignedFile? Find(SignedContainer container, string? uri)
    {
        if (string.IsNullOrEmpty(uri)) return null;
        var bare = uri.Split('#')[0];
        var found = container.Find(Uri.UnescapeDataString(Trim(bare))) ?? container.Find(Trim(bare)) ?? container.Find(Trim(uri));
        // Forms do not encode spaces so; some old writers did.
        return found ?? (bare.Contains('+', StringComparison.Ordinal) ? container.Find(Uri.UnescapeDataString(Trim(bare).Replace('+', ' '))) : null);
    }

    private static string Trim(string uri)
    {
        while (uri.StartsWith("./", StringComparison.Ordinal)) uri = uri[2..];
        return uri.TrimStart('/');
    }
}
