using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Packages.Aip;
using Preservation.Packages.Premis;

namespace Preservation.Workflow.Verdicts;

/// <summary>What earlier ingests of a package found of signatures; paths are those of the AIP.</summary>
internal sealed class FoundSignatures(IReadOnlyCollection<(string Path, string SignedPath, Digest Sha512, ImmutableArray<PremisSignature> Found)> all)
{
    private readonly ILookup<string, (string Path, string SignedPath, Digest Sha512, ImmutableArray<PremisSignature> Found)> _over = all.ToLookup(a => a.SignedPath, StringComparer.Ordinal);
    private readonly Dictionary<string, (string Path, string SignedPath, Digest Sha512, ImmutableArray<PremisSignature> Found)> _of = all.GroupBy(a => a.Path).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    /// <summary>Adds to a file what signatures it has.</summary>
    /// <param name="file">The file, by its path in its submission.</param>
    /// <param name="folder">Where the AIP keeps that submission.</param>
    public SubmittedFile Complete(SubmittedFile file, string folder)
    {
        var path = folder + file.Path;
        // Of a path that was replaced the last is the one shown; another file under it has other bytes.
        var over = _over[path].GroupBy(o => o.Path).Select(g => g.Last()).Where(o => o.Path != path || o.Sha512 == file.Sha512);
        var signs = _of.TryGetValue(path, out var own) && own.SignedPath != path && own.Sha512 == file.Sha512 ? own.SignedPath[folder.Length..] : null;
        return SignatureInformation.Complete(file, [.. over.Select(o => (o.Path[folder.Length..], o.Found))], signs);
    }
}
