using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Versions;

/// <summary>
/// Makes the inventory of a new version: decides which contents are new, then writes manifest, versions and fixity, each in the order of its digests.
/// The files are gone through digest by digest, side by side with the contents the object holds.
/// </summary>
internal sealed class InventoryDraft : IDisposable
{
    private readonly Inventory? _previous;
    private readonly string _id;
    private readonly InventoryVersion _version;
    private readonly PlannedState _state;
    private readonly int[] _byDigest;
    private readonly HeldContents _held;
    private readonly FixityBlocks _fixity = new();

    public InventoryDraft(Inventory? previous, string id, InventoryVersion version, PlannedState state, IReadOnlyList<string> preferredPrefixes)
    {
        (_previous, _id, _version, _state) = (previous, id, version, state);
        _byDigest = state.ByDigest();
        _held = new HeldContents(previous);
        Contents = new PlannedContents(state, $"{version.Number.Name}/{previous?.ContentDirectory ?? "content"}/");
        foreach (var (algorithm, value, path) in previous?.Fixity ?? []) _fixity.Add(algorithm, value, path);
        foreach (var (start, end) in Equal()) Decide(start, end, preferredPrefixes);
    }

    /// <summary>What the version adds.</summary>
    public PlannedContents Contents { get; }

    public Inventory Write()
    {
        var bytes = new SpooledBytes();
        try
        {
            var (_, digests) = bytes.Append(Write, [DigestAlgorithm.Sha512]);
            return new Inventory(bytes, digests[DigestAlgorithm.Sha512])
            {
                Id = _id, Specification = Specification, DigestAlgorithm = DigestAlgorithm.Sha512, Versions = [.. _previous?.Versions ?? [], _version],
                ContentDirectory = _previous?.ContentDirectory ?? "content", DeclaresContentDirectory = _previous?.DeclaresContentDirectory ?? false,
            };
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _held.Dispose();
        _fixity.Dispose();
    }

    private OcflVersion Specification => _previous?.Specification ?? OcflVersion.V11;

    private void Write(Stream destination)
    {
        using var inventory = new InventoryWriter(destination);
        inventory.Begin(_id, Specification, DigestAlgorithm.Sha512.Name, _version.Number, _previous is { DeclaresContentDirectory: true } ? _previous.ContentDirectory : null);
        inventory.WriteMap(InventoryPairs.Manifest, Manifest());
        inventory.BeginVersions();
        foreach (var earlier in _previous?.Versions ?? []) inventory.WriteVersion(earlier, _previous!.StateOf(earlier.Number.Number).Select(s => (s.Digest.Hex, s.LogicalPath)));
        inventory.WriteVersion(_version, State());
        inventory.End();
        if (_fixity.Algorithms.Any())
        {
            inventory.BeginFixity();
            foreach (var algorithm in _fixity.Algorithms) inventory.WriteMap(algorithm, _fixity.Read(algorithm));
            inventory.End();
        }
        inventory.End();
    }

    // Of equal files one lends its path to the content, unless the object holds the bytes; further digests of any of them are the content's.
    private void Decide(int start, int end, IReadOnlyList<string> prefixes)
    {
        var reader = _state.ByNumber();
        var (first, chosen) = (PlannedState.FileOf(reader.Get(_byDigest[start])), _byDigest[start]);
        var (rank, lender, further) = (int.MaxValue, first.LogicalPath, new Dictionary<DigestAlgorithm, Digest>());
        for (var i = start; i < end; i++)
        {
            var file = PlannedState.FileOf(reader.Get(_byDigest[i]));
            if (file.Bytes != first.Bytes) throw new ArgumentException($"two lengths for one digest at {file.LogicalPath}");
            if (Rank(file.LogicalPath, prefixes) is var its && its < rank) (rank, chosen, lender) = (its, _byDigest[i], file.LogicalPath);
            foreach (var digest in file.Fixity.Where(d => d.Algorithm != DigestAlgorithm.Sha512))
                if (!further.TryAdd(digest.Algorithm, digest) && further[digest.Algorithm] != digest) throw new ArgumentException($"two {digest.Algorithm} values for {file.LogicalPath}");
        }
        var paths = _held.PathsOf(first.Sha512.Bytes.AsSpan());
        if (paths.Count == 0)
        {
            Contents.Take(chosen);
            paths.Add(Contents.PathOf(lender));
        }
        foreach (var digest in further.Values)
            foreach (var path in paths) _fixity.Add(digest.Algorithm.Name, digest.Hex, path);
    }

    private static int Rank(string path, IReadOnlyList<string> prefixes)
    {
        for (var i = 0; i < prefixes.Count; i++)
            if (path.StartsWith(prefixes[i], StringComparison.Ordinal)) return i;
        return prefixes.Count;
    }

    private IEnumerable<(string Digest, string Path)> Manifest()
    {
        _held.Restart();
        var reader = _state.ByNumber();
        foreach (var number in _byDigest.Where(Contents.Has))
        {
            var file = PlannedState.FileOf(reader.Get(number));
            foreach (var held in _held.Before(file.Sha512.Bytes.AsMemory())) yield return held;
            yield return (file.Sha512.Hex, Contents.PathOf(file.LogicalPath));
        }
        foreach (var held in _held.Before(default)) yield return held;
    }

    private IEnumerable<(string Digest, string Path)> State()
    {
        var reader = _state.ByNumber();
        foreach (var number in _byDigest)
        {
            var file = PlannedState.FileOf(reader.Get(number));
            yield return (file.Sha512.Hex, file.LogicalPath);
        }
    }

    // Where, in the order of digests, files with equal bytes begin and end.
    private IEnumerable<(int Start, int End)> Equal()
    {
        var (one, other) = (_state.ByNumber(), _state.ByNumber());
        for (int start = 0, end; start < _byDigest.Length; start = end)
        {
            for (end = start + 1; end < _byDigest.Length && IsEqual(_byDigest[start], _byDigest[end]);) end++;
            yield return (start, end);
        }

        bool IsEqual(int a, int b) => PlannedState.DigestOf(one.Get(a)).SequenceEqual(PlannedState.DigestOf(other.Get(b)));
    }
}
