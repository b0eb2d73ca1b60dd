using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Signatures.Xml;

/// <summary>What references to other resources are resolved against: files that were given or stand in the same container, never a network.</summary>
/// <param name="Find">The file that a URI names, null when it is not at hand; null is asked for by a reference without URI.</param>
/// <param name="Digests">Digests of contents that are not at hand themselves.</param>
internal sealed record XmlSources(Func<string?, SignedFile?> Find, ImmutableArray<Digest> Digests)
{
    /// <summary>Files among which one that has the signed digest may be found, whatever its name.</summary>
    public IReadOnlyList<SignedFile> Unnamed { get; init; } = [];

    /// <summary>Are the files all there can be, as in a container: what is not among them is missing, not merely elsewhere.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Files lie beside the signature: only the last part of a URI's path counts (a reference without URI needs just one file).</summary>
    public static XmlSources Beside(IReadOnlyList<SignedFile> files, ImmutableArray<Digest> digests) => 
        new(uri => FindBeside(files, uri), digests) { Unnamed = files };

    private static SignedFile? FindBeside(IReadOnlyList<SignedFile> files, string? uri)
    {
        if (uri is null) return files.Count == 1 ? files[0] : null;
        var name = LastPart(Uri.UnescapeDataString(uri.Split('#')[0].Split('?')[0]));
        var raw = LastPart(uri);
        var found = files.Where(f => LastPart(f.Path) == name || LastPart(f.Path) == raw).ToList();
        return found.Count > 1 ? found.DistinctBy(f => f.Path).Count() == 1 ? found[0] : throw new XmlRefusedException("several files have the name that a reference gives") : found.FirstOrDefault();
    }

    private static string LastPart(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
