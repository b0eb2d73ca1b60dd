using System.Collections.Concurrent;
using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// What manifests, inventories and METS documents say of files: lengths and digests, packed into some 30 bytes a promise beside its digest,
/// so that each file is read once for all of them. Checking is safe from several threads once adding has ended.
/// </summary>
/// <param name="index">The files.</param>
public sealed class FilePromises(FileIndex index)
{
    private const long NoSize = -1;
    private const sbyte NoAlgorithm = -1;
    private const int Compared = 32;
    private static readonly IReadOnlyList<DigestAlgorithm> AnyAlgorithm = [DigestAlgorithm.Sha256];
    private static readonly ConcurrentDictionary<int, IReadOnlyList<DigestAlgorithm>> Sets = new();

    private readonly int[] _first = new int[index.Slots];
    private readonly PieceList<Promise> _promises = new();
    private readonly BytePieces _digests = new();
    private readonly List<(string Name, Rule Size, Rule Digest)> _sources = [];

    private readonly record struct Promise(long Size, int Next, uint Digest, ushort Source, sbyte Algorithm);

    /// <summary>Names who promises, and the rules that a broken promise breaks. There may be 65,535 of them.</summary>
    public int AddSource(string name, Rule size, Rule digest)
    {
        _sources.Add((name, size, digest));
        return _sources.Count - 1;
    }

    /// <summary>
    /// Adds a promise; one that says nothing new under the same rules is not kept. Without a length and a digest it only says that the file
    /// is known.
    /// </summary>
    /// <param name="file">Number of the file in the index.</param>
    /// <param name="source">Who promises.</param>
    /// <param name="size">Length in bytes; null when none is said.</param>
    /// <param name="algorithm">Algorithm of the digest; null when none is said, or none that we compute.</param>
    /// <param name="digest">Begins with the digest.</param>
    public void Add(int file, int source, long? size, DigestAlgorithm? algorithm, ReadOnlySpan<byte> digest)
    {
        var number = algorithm is null ? NoAlgorithm : (sbyte)DigestAlgorithm.Known.IndexOf(algorithm);
        var seen = 0;
        for (var at = _first[file] - 1; at >= 0 && seen < Compared; at = _promises[at].Next - 1, seen++)
            if (IsSame(_promises[at], source, size ?? NoSize, number, digest)) return;
        _promises.Add(new Promise(size ?? NoSize, _first[file], algorithm is null ? 0 : _digests.Add(digest[..algorithm.LengthBytes]), (ushort)source, number));
        _first[file] = _promises.Count;
    }

    /// <summary>Is anything promised of this file?</summary>
    public bool Has(int file) => _first[file] > 0;

    /// <summary>Is this digest promised of the file?</summary>
    public bool Has(int file, DigestAlgorithm? algorithm, ReadOnlySpan<byte> digest)
    {
        for (var at = _first[file] - 1; at >= 0 && algorithm is not null; at = _promises[at].Next - 1)
            if (_promises[at].Algorithm >= 0 && DigestAlgorithm.Known[_promises[at].Algorithm] == algorithm && _digests.Get(_promises[at].Digest, algorithm.LengthBytes).SequenceEqual(digest[..algorithm.LengthBytes])) return true;
        return false;
    }

    /// <summary>The algorithms of the digests that are promised of a file.</summary>
    public IReadOnlyList<DigestAlgorithm> AlgorithmsOf(int file)
    {
        var mask = 0;
        for (var at = _first[file] - 1; at >= 0; at = _promises[at].Next - 1)
            if (_promises[at].Algorithm != NoAlgorithm) mask |= 1 << _promises[at].Algorithm;
        return Sets.GetOrAdd(mask, static m => [.. DigestAlgorithm.Known.Where((_, i) => (m & (1 << i)) != 0)]);
    }

    /// <summary>
    /// Reads every file that something is promised of, once and with as many others at a time as are allowed, and reports each promise that
    /// is not kept. A file without a digest that we compute is read too: an archive may lie about it.
    /// </summary>
    /// <param name="tree">Whose index the promises are about.</param>
    /// <param name="parallelism">Files read at a time.</param>
    /// <param name="report">Takes findings, from several threads.</param>
    /// <param name="unreadable">Takes the paths of files that the archive lies about, from several threads.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the files.</exception>
    public async Task CheckAsync(IFileTree tree, int parallelism, Action<Finding> report, Action<string> unreadable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var next = -1;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, parallelism).Select(_ => Task.Run(WorkAsync, CancellationToken.None))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        async Task WorkAsync()
        {
            try
            {
                for (int file; (file = Interlocked.Increment(ref next)) < _first.Length && !stop.IsCancellationRequested;)
                    if (_first[file] > 0) await ReadAsync(tree, file, report, unreadable, stop.Token).ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task ReadAsync(IFileTree tree, int file, Action<Finding> report, Action<string> unreadable, CancellationToken cancellationToken)
    {
        var algorithms = AlgorithmsOf(file);
        try
        {
            var digests = await tree.DigestAsync(index.PathOf(file), algorithms.Count > 0 ? algorithms : AnyAlgorithm, cancellationToken).ConfigureAwait(false);
            if (!Keeps(file, digests))
                foreach (var finding in Broken(file, digests)) report(finding);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            unreadable(index.PathOf(file));
        }
    }

    private bool Keeps(int file, ContentDigests found)
    {
        for (var at = _first[file] - 1; at >= 0; at = _promises[at].Next - 1)
        {
            var promise = _promises[at];
            if (promise.Size != NoSize && promise.Size != found.Bytes) return false;
            if (promise.Algorithm == NoAlgorithm) continue;
            var algorithm = DigestAlgorithm.Known[promise.Algorithm];
            if (!_digests.Get(promise.Digest, algorithm.LengthBytes).SequenceEqual(found[algorithm].Bytes.AsSpan())) return false;
        }
        return true;
    }

    /// <summary>A finding for each promise that a file does not keep.</summary>
    public IEnumerable<Finding> Broken(int file, ContentDigests found)
    {
        ArgumentNullException.ThrowIfNull(found);
        for (var at = _first[file] - 1; at >= 0; at = _promises[at].Next - 1)
        {
            var promise = _promises[at];
            var (name, size, digest) = _sources[promise.Source];
            if (promise.Size != NoSize && promise.Size != found.Bytes)
                yield return new Finding(size, index.PathOf(file), string.Create(CultureInfo.InvariantCulture, $"{promise.Size} ({name})"), found.Bytes.ToString(CultureInfo.InvariantCulture));
            if (promise.Algorithm == NoAlgorithm) continue;
            var algorithm = DigestAlgorithm.Known[promise.Algorithm];
            if (!_digests.Get(promise.Digest, algorithm.LengthBytes).SequenceEqual(found[algorithm].Bytes.AsSpan()))
                yield return new Finding(digest, index.PathOf(file), $"{algorithm.Name}:{Convert.ToHexStringLower(_digests.Get(promise.Digest, algorithm.LengthBytes))} ({name})", found[algorithm].Hex);
        }
    }

    private bool IsSame(in Promise promise, int source, long size, sbyte algorithm, ReadOnlySpan<byte> digest) =>
        promise.Size == size && promise.Algorithm == algorithm && _sources[promise.Source].Size == _sources[source].Size && _sources[promise.Source].Digest == _sources[source].Digest
        && (algorithm == NoAlgorithm || _digests.Get(promise.Digest, DigestAlgorithm.Known[algorithm].LengthBytes).SequenceEqual(digest[..DigestAlgorithm.Known[algorithm].LengthBytes]));
}
