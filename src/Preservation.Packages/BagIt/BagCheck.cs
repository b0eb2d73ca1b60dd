using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.BagIt;

/// <summary>Holds what the tag files promise against what the bag has.</summary>
internal sealed class BagCheck
{
    private static readonly HashSet<string> SystemFiles = new(StringComparer.OrdinalIgnoreCase) { ".DS_Store", "Thumbs.db", "desktop.ini" };

    private readonly PackageFiles _files;
    private readonly BagDeclaration _declaration;
    private readonly List<BagManifest> _manifests;
    private readonly List<BagFetchLine> _fetch;
    private readonly HashSet<string> _fetched;
    private readonly Lazy<Dictionary<string, string>> _byNormalForm;
    private readonly Dictionary<string, List<(Digest Digest, string Manifest)>> _promised = new(StringComparer.Ordinal);

    public BagCheck(PackageFiles files, BagDeclaration declaration, List<BagManifest> manifests, List<BagFetchLine> fetch)
    {
        _files = files;
        _declaration = declaration;
        _manifests = manifests;
        _fetch = fetch;
        _fetched = fetch.Select(f => Bare(f.Path)).ToHashSet(StringComparer.Ordinal);
        _byNormalForm = new(() => files.Paths.GroupBy(BagPath.Normal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal));
    }

    public void CheckStructure()
    {
        if (!_files.HasFolder("data")) Add("BAGIT-NO-PAYLOAD", "data/");
        var payload = _manifests.Where(m => !m.IsTag && m.Algorithm is not null).ToList();
        if (payload.Count == 0) Add("BAGIT-NO-MANIFEST", "");
        else if (payload.All(m => m.Algorithm!.IsWeak)) Add("BAGIT-WEAK-DIGEST", payload[0].Path, "sha512, sha256", string.Join(", ", payload.Select(m => m.Algorithm!.Name)));
        var listed = _manifests.ToDictionary(m => m, CheckManifest);
        CheckCompleteness(payload.ConvertAll(m => listed[m]));
        foreach (var tag in _manifests.Where(m => m.IsTag))
            foreach (var manifest in _manifests.Where(m => !m.IsTag && !listed[tag].Contains(m.Path)))
                Add("BAGIT-TAG-INCOMPLETE", tag.Path, manifest.Path);
        CheckFetch();
        foreach (var path in _files.Paths)
            if (SystemFiles.Contains(path[(path.LastIndexOf('/') + 1)..])) Add("BAGIT-SYSTEM-FILE", path);
    }

    public void CheckOxum(string path, IEnumerable<KeyValuePair<string, string>> info)
    {
        var payload = _files.Under("data/").ToList();
        var found = $"{Text(payload.Sum(p => _files.Files[p].Bytes))}.{Text(payload.Count)}";
        foreach (var (label, value) in info)
            if (label.Equals("Payload-Oxum", StringComparison.OrdinalIgnoreCase) && value != found) Add("BAGIT-OXUM", path, null, found);
    }

    public Task CheckDigestsAsync(CancellationToken cancellationToken)
    {
        var wanted = _promised.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, (IReadOnlyCollection<DigestAlgorithm>)[.. p.Value.Select(v => v.Digest.Algorithm).Distinct()]));
        return _files.DigestAllAsync(wanted, (path, found) =>
        {
            foreach (var (digest, manifest) in _promised[path].Distinct())
                if (found[digest.Algorithm] != digest) Add("BAGIT-DIGEST", path, $"{digest} ({manifest})", found[digest.Algorithm].Hex);
        }, cancellationToken);
    }

    // Returns the paths of the bag that the manifest names.
    private HashSet<string> CheckManifest(BagManifest manifest)
    {
        var seen = new Dictionary<string, Digest?>(StringComparer.Ordinal);
        var folded = new HashSet<string>(StringComparer.Ordinal);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in manifest.Lines)
        {
            var path = Bare(line.Path);
            if (path != line.Path && !_files.Has(line.Path)) Add("BAGIT-DOT-SLASH", path, null, manifest.Path);
            else path = line.Path;
            if (PackagePath.Unsafe(path) is { } reason)
            {
                Add("BAGIT-UNSAFE-PATH", manifest.Path, null, $"line {Text(line.Number)}: {reason}");
                continue;
            }
            if (!IsInScope(path, manifest.IsTag)) Add("BAGIT-SCOPE", path, manifest.IsTag ? "tag file" : "data/", manifest.Path);
            if (!seen.TryAdd(path, line.Digest))
                Add(_declaration.IsVersion1 || seen[path] != line.Digest ? "BAGIT-DUPLICATE" : "BAGIT-REPEATED", path, null, manifest.Path);
            else if (!folded.Add(BagPath.Fold(path))) Add("BAGIT-COLLIDING", path, null, manifest.Path);
            if (Find(path, manifest) is not { } file) continue;
            listed.Add(file);
            if (line.Digest is null) continue;
            if (!_promised.TryGetValue(file, out var promises)) _promised[file] = promises = [];
            promises.Add((line.Digest, manifest.Path));
        }
        return listed;
    }

    private string? Find(string path, BagManifest manifest)
    {
        var decoded = BagPath.Decode(path);
        foreach (var candidate in (ReadOnlySpan<string>)(_declaration.IsVersion1 ? [decoded, path] : [path, decoded]))
            if (_files.Has(candidate)) return candidate;
        if (path.StartsWith('*') && _files.Has(path[1..])) return path[1..];
        if (_byNormalForm.Value.TryGetValue(BagPath.Normal(decoded), out var other))
        {
            Add("BAGIT-NORMAL-FORM", other, null, manifest.Path);
            return other;
        }
        Add(_fetched.Contains(path) ? "BAGIT-NOT-FETCHED" : "BAGIT-MISSING", path, manifest.Path);
        return null;
    }

    private void CheckCompleteness(List<HashSet<string>> manifests)
    {
        if (manifests.Count == 0) return;
        foreach (var path in _files.Under("data/"))
        {
            var count = manifests.Count(m => m.Contains(path));
            if (count == 0) Add("BAGIT-EXTRA", path);
            else if (count < manifests.Count && _declaration.IsVersion1) Add("BAGIT-NOT-IN-ALL", path, Text(manifests.Count), Text(count));
        }
    }

    private void CheckFetch()
    {
        var listed = _manifests.Where(m => !m.IsTag).SelectMany(m => m.Lines).Select(l => Bare(l.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var line in _fetch)
        {
            var path = Bare(line.Path);
            if (PackagePath.Unsafe(path) is { } reason) Add("BAGIT-UNSAFE-PATH", "fetch.txt", null, $"line {Text(line.Number)}: {reason}");
            else if (!path.StartsWith("data/", StringComparison.Ordinal)) Add("BAGIT-SCOPE", path, "data/", "fetch.txt");
            else if (!listed.Contains(path)) Add("BAGIT-FETCH-UNLISTED", path);
        }
    }

    private static bool IsInScope(string path, bool isTag) =>
        path.StartsWith("data/", StringComparison.Ordinal) != isTag && !(isTag && path.StartsWith("tagmanifest-", StringComparison.Ordinal));

    private static string Bare(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private void Add(string rule, string path, string? expected = null, string? found = null) => _files.Findings.Add(BagItRules.Get(rule), path, expected, found);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
