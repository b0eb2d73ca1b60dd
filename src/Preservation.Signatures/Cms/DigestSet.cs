using System.Buffers;
using System.Security.Cryptography;
using Preservation.Core.Digests;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Cms;

/// <summary>Digests of what a signature may cover: one candidate or several, by each function that was asked for.</summary>
internal sealed class DigestSet
{
    private const int BufferBytes = 1 << 20;
    private readonly List<(HashFunction Hash, byte[] Value)> _values = [];

    /// <summary>Is any content known at all.</summary>
    public bool IsEmpty => _values.Count == 0;

    public IEnumerable<byte[]> By(HashFunction hash) => _values.Where(v => v.Hash == hash).Select(v => v.Value);

    public bool Contains(HashFunction hash, ReadOnlySpan<byte> value)
    {
        foreach (var found in By(hash))
            if (CryptographicOperations.FixedTimeEquals(found, value)) return true;
        return false;
    }

    public void Add(HashFunction hash, byte[] value) => _values.Add((hash, value));

    public void Add(Digest digest)
    {
        foreach (var hash in HashFunction.All)
            if (hash.Name == digest.Algorithm.MetsName) Add(hash, [.. digest.Bytes]);
    }

    public static DigestSet Of(ReadOnlyMemory<byte> content, IEnumerable<HashFunction> hashes)
    {
        var set = new DigestSet();
        foreach (var hash in hashes) set.Add(hash, hash.Compute(content.Span));
        return set;
    }

    /// <summary>Reads the stream once; memory does not grow with its length.</summary>
    public async Task AddAsync(Stream stream, IReadOnlyCollection<HashFunction> hashes, CancellationToken cancellationToken)
    {
        var running = hashes.Select(h => (Function: h, State: h.Start())).ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0)
                foreach (var (_, state) in running) state.AppendData(buffer, 0, read);
            foreach (var (function, state) in running) Add(function, state.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var (_, state) in running) state.Dispose();
        }
    }

    /// <summary>The functions needed to judge these signers, as far as they can be computed.</summary>
    public static IReadOnlyCollection<HashFunction> Needed(IEnumerable<CmsSigner> signers) =>
        [.. signers.Select(s => HashFunction.Find(s.DigestAlgorithm.Oid)).OfType<HashFunction>().Where(h => h.IsSupported).Distinct()];
}
