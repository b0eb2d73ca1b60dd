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
    public Task ReadFetchAsync(CancellationToken cancellationToken) => _tags.FetchAsync("fetch.txt", (number, length, line) =>
    {
        var path = Bare(line);
        if (PackagePath.Unsafe(path) is { } reason) Add("BAGIT-UNSAFE-PATH", "fetch.txt", null, $"line {Text(number)}: {reason}");
        else if (!path.StartsWith("data/", StringComparison.Ordinal)) Add("BAGIT-SCOPE", path, "data/", "fetch.txt");
        else
        {
            var decoded = BagPath.Decode(path);
            _fetched.TryAdd(decoded, out _);
            if (length >= 0 && _files.Index.FindFile(decoded) is >= 0 and var file && _files.Index.BytesOf(file) != length) Add("BAGIT-FETCH-LENGTH", path, Text(length), Text(_files.Index.BytesOf(file)));
        }
    }, cancellationToken);

    /// <summary>Takes a manifest in; its lines are read later.</summary>
    public BagManifest AddManifest(string path)
    {
        var isTag = path.StartsWith("tag", StringComparison.Ordinal);
        var name = path[(path.IndexOf('-', StringComparison.Ordinal) + 1)..^4];
        var algorithm = DigestAlgorithm.FindKnown(name);
        if (algorithm is null) Add("BAGIT-ALGORITHM", path, null, name);
        var rule = BagItRules.Get("BAGIT-DIGEST");
        var manifest = new BagManifest(path, name, algorithm, isTag, new BitArray(_files.Index.Slots), _promises.AddSource(path, rule, rule));
        if (manifest.NormalName != name) Add("BAGIT-ALGORITHM-NAME", path, path[..(path.IndexOf('-', StringComparison.Ordinal) + 1)] + manifest.NormalName + ".txt");
        _manifests.Add(manifest);
        return manifest;
    }

    /// <summary>Reads the lines of a manifest; several may be read at a time.</summary>
    public async Task ReadManifestAsync(BagManifest manifest, CancellationToken cancellationToken)
    {
        var (seen, folded) = (new NameSet(), new FoldedNames());
        await _tags.ManifestAsync(manifest.Path, manifest.Algorithm, (number, digest, line) => Line(manifest, seen, folded, number, digest.Span, line), cancellationToken).ConfigureAwait(false);
    }

    public void CheckStructure()
    {
        if (!_files.HasFolder("data")) Add("BAGIT-NO-PAYLOAD", "data/");
        var payload = _manifests.Where(m => !m.IsTag).ToList();
        var known = payload.Where(m => m.Algorithm is not null).ToList();
        if (known.Count == 0) Add("BAGIT-NO-MANIFEST", "");
        else if (known.All(m => m.Algorithm!.IsWeak)) Add("BAGIT-WEAK-DIGEST", known[0].Path, "sha512, sha256", string.Join(", ", known.Select(m => m.Algorithm!.Name)));
        CheckCompleteness(payload, known);
        CheckFetched(payload);
        foreach (var tag in _manifests.Where(m => m.IsTag)) CheckTagManifest(tag, payload);
        foreach (var number in _files.Index.Numbers)
            if (IsSystemFile(_files.Index.Utf8Of(number)) && _files.Index.PathOf(number) is var path && SystemFiles.Contains(path[(path.LastIndexOf('/') + 1)..])) Add("BAGIT-SYSTEM-FILE", path);
    }

    public Task CheckDigestsAsync(CancellationToken cancellationToken) => _files.KeepAsync(_promises, cancellationToken);

    private void Line(BagManifest manifest, NameSet seen, FoldedNames folded, int number, ReadOnlySpan<char> digest, string line)
    {
        var path = Bare(line);
        if (path != line && !_files.Has(line)) Add("BAGIT-DOT-SLASH", path, null, manifest.Path);
        else path = line;
        if (path.StartsWith('*') && !_files.Has(path) && _files.Has(BagPath.Decode(path[1..])))
        {
            path = path[1..];
            Add("BAGIT-ASTERISK", path, null, manifest.Path);
        }
        if (PackagePath.Unsafe(path) is { } reason)
        {
            Add("BAGIT-UNSAFE-PATH", manifest.Path, null, $"line {Text(number)}: {reason}");
            return;
        }
        if (!IsInScope(path, manifest.IsTag)) Add("BAGIT-SCOPE", path, manifest.IsTag ? "tag file" : "data/", manifest.Path);
        if (_fetched.Find(BagPath.Decode(path)) is >= 0 and var fetched) manifest.Fetched.Add(fetched);
        var isFirst = seen.TryAdd(path, out var name);
        if (isFirst && !folded.TryAdd(seen, name, path)) Add("BAGIT-COLLIDING", path, null, manifest.Path);
        var file = Find(path, manifest);
        // The same file under another spelling of its name.
        isFirst = isFirst && !(file >= 0 && manifest.Listed[file]);
        Span<byte> value = stackalloc byte[Digest.MaxBytes];
        if (manifest.Algorithm is { } known) Digest.TryDecode(known, digest, value);
        // Before 1.0 a line might be repeated, as long as it says the same.
        if (!isFirst) Add(_declaration.IsVersion1 || file < 0 || !IsPromised(file, manifest.Algorithm, value) ? "BAGIT-DUPLICATE" : "BAGIT-REPEATED", path, null, manifest.Path);
        if (file < 0) return;
        manifest.Listed[file] = true;
        lock (_promises) _promises.Add(file, manifest.Source, size: null, manifest.Algorithm, value);
    }

    private bool IsPromised(int file, DigestAlgorithm? algorithm, ReadOnlySpan<byte> value)
    {
        lock (_promises) return _promises.Has(file, algorithm, value);
    }

    private int Find(string path, BagManifest manifest)
    {
        var decoded = BagPath.Decode(path);
        if (_declaration.IsVersion1 && BagPath.HasBarePercent(path)) Add("BAGIT-PERCENT", path, null, manifest.Path);
        foreach (var candidate in (ReadOnlySpan<string>)(_declaration.IsVersion1 ? [decoded, path] : [path, decoded]))
            if (_files.Index.FindFile(candidate) is >= 0 and var file) return file;
        if (_byNormalForm.Value.Names.Find(BagPath.Normal(decoded)) is >= 0 and var other)
        {
            Add("BAGIT-NORMAL-FORM", _files.Index.PathOf(_byNormalForm.Value.Files[other]), null, manifest.Path);
            return _byNormalForm.Value.Files[other];
        }
        Add(_files.HasFolder(decoded) ? "BAGIT-DIRECTORY" : _fetched.Find(decoded) >= 0 ? "BAGIT-NOT-FETCHED" : "BAGIT-MISSING", path, manifest.Path);
        return -1;
    }

    private void CheckCompleteness(List<BagManifest> manifests, List<BagManifest> known)
    {
        if (manifests.Count == 0) return;
        foreach (var number in BagInfoCheck.Payload(_files.Index))
        {
            var count = manifests.Count(m => m.Listed[number]);
            if (count == 0) Add("BAGIT-EXTRA", _files.Index.PathOf(number));
            else if (count < manifests.Count && _declaration.IsVersion1) Add("BAGIT-NOT-IN-ALL", _files.Index.PathOf(number), Text(manifests.Count), Text(count));
            if (count > 0 && known.Count > 0 && !known.Exists(m => m.Listed[number])) Add("BAGIT-UNVERIFIED", _files.Index.PathOf(number));
        }
    }

    // Before 1.0 one manifest that lists a file was enough.
    private void CheckFetched(List<BagManifest> payload)
    {
        for (var i = 0; i < _fetched.Count; i++)
        {
            var lacking = payload.Where(m => !m.Fetched.Contains(i)).ToList();
            if (payload.Count == 0 || (_declaration.IsVersion1 ? lacking.Count > 0 : lacking.Count == payload.Count)) Add("BAGIT-FETCH-UNLISTED", _fetched[i], string.Join(", ", lacking.Select(m => m.Path)));
        }
    }

    private void CheckTagManifest(BagManifest tag, List<BagManifest> payload)
    {
        if (!payload.Exists(m => m.NormalName == tag.NormalName)) Add("BAGIT-TAG-ALGORITHM", tag.Path, null, tag.AlgorithmName);
        foreach (var manifest in payload.Where(m => !tag.Listed[_files.Index.FindFile(m.Path)])) Add("BAGIT-TAG-INCOMPLETE", tag.Path, manifest.Path);
        foreach (var number in _files.Index.Numbers)
        {
            if (_files.Index.KindOf(number) != EntryKind.File || tag.Listed[number] || _files.Index.Utf8Of(number).StartsWith("data/"u8)) continue;
            if (_files.Index.PathOf(number) is var path && !_manifests.Exists(m => m.Path == path)) Add("BAGIT-TAG-UNLISTED", path, tag.Path);
        }
    }

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

    private void Add(string rule, string path, string? expected = null, string? found = null) =>
        _files.Findings.Add(BagItRules.Get(rule, _declaration.IsVersion1), path, expected, found);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
