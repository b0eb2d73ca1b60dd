using System.Collections;
using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.BagIt;

/// <summary>Holds what the tag files promise against what the bag has. Manifests are read line by line; what stays is one bit a file of each, and its digests.</summary>
internal sealed class BagCheck
{
    private static readonly HashSet<string> SystemFiles = new(StringComparer.OrdinalIgnoreCase) { ".DS_Store", "Thumbs.db", "desktop.ini" };

    private readonly PackageFiles _files;
    private readonly BagDeclaration _declaration;
    private readonly BagTagFiles _tags;
    private readonly List<BagManifest> _manifests = [];
    private readonly NameSet _fetched = new();
    private readonly NameSet _listed = new();
    private readonly FilePromises _promises;
    private readonly Lazy<(NameSet Names, List<int> Files)> _byNormalForm;

    public BagCheck(PackageFiles files, BagDeclaration declaration)
    {
        _files = files;
        _declaration = declaration;
        _tags = new BagTagFiles(files, declaration);
        _promises = new FilePromises(files.Index);
        _byNormalForm = new(ByNormalForm);
    }

    /// <summary>Reads <c>fetch.txt</c>; nothing is ever fetched.</summary>
    public Task ReadFetchAsync(CancellationToken cancellationToken) => _tags.FetchAsync("fetch.txt", (number, line) =>
    {
        var path = Bare(line);
        if (PackagePath.Unsafe(path) is { } reason) Add("BAGIT-UNSAFE-PATH", "fetch.txt", null, $"line {Text(number)}: {reason}");
        else if (!path.StartsWith("data/", StringComparison.Ordinal)) Add("BAGIT-SCOPE", path, "data/", "fetch.txt");
        else _fetched.TryAdd(path, out _);
    }, cancellationToken);

    public async Task ReadManifestAsync(string path, CancellationToken cancellationToken)
    {
        var isTag = path.StartsWith("tag", StringComparison.Ordinal);
        var name = path[(path.IndexOf('-', StringComparison.Ordinal) + 1)..^4];
        var algorithm = DigestAlgorithm.Find(name);
        if (algorithm is null) Add("BAGIT-ALGORITHM", path, null, name);
        var manifest = new BagManifest(path, algorithm, isTag, new BitArray(_files.Index.Slots));
        _manifests.Add(manifest);
        var (seen, folded) = (new NameSet(), new FoldedNames());
        var rule = BagItRules.Get("BAGIT-DIGEST");
        var source = _promises.AddSource(path, rule, rule);
        await _tags.ManifestAsync(path, algorithm, (number, digest, line) => Line(manifest, source, seen, folded, number, digest.Span, line), cancellationToken).ConfigureAwait(false);
    }

    public void CheckStructure()
    {
        if (!_files.HasFolder("data")) Add("BAGIT-NO-PAYLOAD", "data/");
        var payload = _manifests.Where(m => !m.IsTag && m.Algorithm is not null).ToList();
        if (payload.Count == 0) Add("BAGIT-NO-MANIFEST", "");
        else if (payload.All(m => m.Algorithm!.IsWeak)) Add("BAGIT-WEAK-DIGEST", payload[0].Path, "sha512, sha256", string.Join(", ", payload.Select(m => m.Algorithm!.Name)));
        CheckCompleteness(payload);
        foreach (var tag in _manifests.Where(m => m.IsTag))
            foreach (var manifest in _manifests.Where(m => !m.IsTag && !tag.Listed[_files.Index.FindFile(m.Path)]))
                Add("BAGIT-TAG-INCOMPLETE", tag.Path, manifest.Path);
        for (var i = 0; i < _fetched.Count; i++)
            if (_listed.Find(_fetched[i]) < 0) Add("BAGIT-FETCH-UNLISTED", _fetched[i]);
        foreach (var number in _files.Index.Numbers)
            if (IsSystemFile(_files.Index.Utf8Of(number)) && _files.Index.PathOf(number) is var path && SystemFiles.Contains(path[(path.LastIndexOf('/') + 1)..])) Add("BAGIT-SYSTEM-FILE", path);
    }

    public void CheckOxum(string path, IEnumerable<KeyValuePair<string, string>> info)
    {
        var (bytes, count) = (0L, 0L);
        foreach (var number in Payload()) (bytes, count) = (bytes + _files.Index.BytesOf(number), count + 1);
        var found = $"{Text(bytes)}.{Text(count)}";
        foreach (var (label, value) in info)
            if (label.Equals("Payload-Oxum", StringComparison.OrdinalIgnoreCase) && value != found) Add("BAGIT-OXUM", path, null, found);
    }

    public Task CheckDigestsAsync(CancellationToken cancellationToken) => _files.KeepAsync(_promises, cancellationToken);

    private void Line(BagManifest manifest, int source, NameSet seen, FoldedNames folded, int number, ReadOnlySpan<char> digest, string line)
    {
        var path = Bare(line);
        if (path != line && !_files.Has(line)) Add("BAGIT-DOT-SLASH", path, null, manifest.Path);
        else path = line;
        if (PackagePath.Unsafe(path) is { } reason)
        {
            Add("BAGIT-UNSAFE-PATH", manifest.Path, null, $"line {Text(number)}: {reason}");
            return;
        }
        if (!IsInScope(path, manifest.IsTag)) Add("BAGIT-SCOPE", path, manifest.IsTag ? "tag file" : "data/", manifest.Path);
        if (!manifest.IsTag && _fetched.Count > 0) _listed.TryAdd(path, out _);
        var isFirst = seen.TryAdd(path, out var name);
        if (isFirst && !folded.TryAdd(seen, name, path)) Add("BAGIT-COLLIDING", path, null, manifest.Path);
        var file = Find(path, manifest);
        Span<byte> value = stackalloc byte[Digest.MaxBytes];
        if (manifest.Algorithm is { } known) Digest.TryDecode(known, digest, value);
        // Before 1.0 a line might be repeated, as long as it says the same.
        if (!isFirst) Add(_declaration.IsVersion1 || file < 0 || !_promises.Has(file, manifest.Algorithm, value) ? "BAGIT-DUPLICATE" : "BAGIT-REPEATED", path, null, manifest.Path);
        if (file < 0) return;
        manifest.Listed[file] = true;
        _promises.Add(file, source, size: null, manifest.Algorithm, value);
    }

    private int Find(string path, BagManifest manifest)
    {
        var decoded = BagPath.Decode(path);
        foreach (var candidate in (ReadOnlySpan<string>)(_declaration.IsVersion1 ? [decoded, path] : [path, decoded]))
            if (_files.Index.FindFile(candidate) is >= 0 and var file) return file;
        if (path.StartsWith('*') && _files.Index.FindFile(path.AsSpan(1)) is >= 0 and var starred) return starred;
        if (_byNormalForm.Value.Names.Find(BagPath.Normal(decoded)) is >= 0 and var other)
        {
            Add("BAGIT-NORMAL-FORM", _files.Index.PathOf(_byNormalForm.Value.Files[other]), null, manifest.Path);
            return _byNormalForm.Value.Files[other];
        }
        Add(_fetched.Find(path) >= 0 ? "BAGIT-NOT-FETCHED" : "BAGIT-MISSING", path, manifest.Path);
        return -1;
    }

    private void CheckCompleteness(List<BagManifest> manifests)
    {
        if (manifests.Count == 0) return;
        foreach (var number in Payload())
        {
            var count = manifests.Count(m => m.Listed[number]);
            if (count == 0) Add("BAGIT-EXTRA", _files.Index.PathOf(number));
            else if (count < manifests.Count && _declaration.IsVersion1) Add("BAGIT-NOT-IN-ALL", _files.Index.PathOf(number), Text(manifests.Count), Text(count));
        }
    }

    private IEnumerable<int> Payload() => _files.Index.Numbers.Where(n => _files.Index.KindOf(n) == EntryKind.File && _files.Index.Utf8Of(n).StartsWith("data/"u8));

    private (NameSet Names, List<int> Files) ByNormalForm()
    {
        var (names, numbers) = (new NameSet(), new List<int>());
        foreach (var number in _files.Index.Numbers)
            if (_files.Index.KindOf(number) == EntryKind.File && names.TryAdd(BagPath.Normal(_files.Index.PathOf(number)), out _)) numbers.Add(number);
        return (names, numbers);
    }

    // A cheap look at the last letters first: there may be a million names.
    private static bool IsSystemFile(ReadOnlySpan<byte> path) => path.Length > 8 && path[^1] is (byte)'e' or (byte)'E' or (byte)'b' or (byte)'B' or (byte)'i' or (byte)'I';

    private static bool IsInScope(string path, bool isTag) =>
        path.StartsWith("data/", StringComparison.Ordinal) != isTag && !(isTag && path.StartsWith("tagmanifest-", StringComparison.Ordinal));

    private static string Bare(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private void Add(string rule, string path, string? expected = null, string? found = null) => _files.Findings.Add(BagItRules.Get(rule), path, expected, found);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
