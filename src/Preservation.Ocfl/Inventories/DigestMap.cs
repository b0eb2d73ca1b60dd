using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Inventories;

/// <summary>The digests and paths of one inventory, each kept once and known by a number: a million files take a million of them.</summary>
internal sealed class InventoryTexts
{
    private const byte Hexadecimal = 1;
    private const byte Raw = 0;
    private readonly NameSet _digests = new();

    /// <summary>Content paths and logical paths.</summary>
    public NameSet Paths { get; } = new();

    /// <summary>The number of a digest as written.</summary>
    public int AddDigest(string digest) => AddDigest(Encoding.UTF8.GetBytes(digest));

    /// <summary>The same in UTF-8.</summary>
    public int AddDigest(ReadOnlySpan<byte> digest)
    {
        Span<byte> room = stackalloc byte[1 + 64];
        if (digest.Length is > 0 and <= 128 && !digest.ContainsAnyInRange((byte)'A', (byte)'F')
            && Convert.FromHexString(digest, room[1..], out _, out var written) == System.Buffers.OperationStatus.Done)
        {
            room[0] = Hexadecimal;
            _digests.TryAdd(room[..(1 + written)], out var number);
            return number;
        }
        _digests.TryAdd([Raw, .. digest[..Math.Min(digest.Length, NameSet.MaxBytes - 1)]], out var raw);
        return raw;
    }

    /// <summary>The digest with this number, as written.</summary>
    public string Digest(int number)
    {
        var bytes = _digests.Utf8(number);
        return bytes[0] == Hexadecimal ? Convert.ToHexStringLower(bytes[1..]) : Encoding.UTF8.GetString(bytes[1..]);
    }

    /// <summary>Reads the digest with this number as a value of an algorithm; false when it is none.</summary>
    public bool TryDecode(int number, DigestAlgorithm algorithm, Span<byte> value)
    {
        var bytes = _digests.Utf8(number);
        if (bytes[0] != Hexadecimal) return Core.Digests.Digest.TryDecode(algorithm, Digest(number), value);
        return bytes.Length - 1 == algorithm.LengthBytes && bytes[1..].TryCopyTo(value);
    }

    /// <summary>The number of the same digest in lower case.</summary>
    public int Lower(int number) => _digests.Utf8(number)[0] == Hexadecimal ? number : AddDigest(Digest(number).ToLowerInvariant());
}

/// <summary>A map of digests to paths as written: a manifest, the state of a version or a block of fixity.</summary>
internal sealed class DigestMap(InventoryTexts texts)
{
    private readonly PieceList<(int Digest, int First, int Count)> _keys = new();
    private readonly PieceList<int> _paths = new();

    /// <summary>How many digests there are.</summary>
    public int Count => _keys.Count;

    /// <summary>The numbers of the digests, in order; one that is written twice comes twice.</summary>
    public IEnumerable<int> Digests
    {
        get
        {
            for (var i = 0; i < _keys.Count; i++) yield return _keys[i].Digest;
        }
    }

    /// <summary>The numbers of the paths with those of their digests, in order.</summary>
    public IEnumerable<(int Digest, int Path)> Pairs
    {
        get
        {
            for (var i = 0; i < _keys.Count; i++)
                for (var at = _keys[i].First; at < _keys[i].First + _keys[i].Count; at++) yield return (_keys[i].Digest, _paths[at]);
        }
    }

    /// <summary>The numbers of the paths, in order; one that is written twice comes twice.</summary>
    public IEnumerable<int> Paths
    {
        get
        {
            for (var i = 0; i < _paths.Count; i++) yield return _paths[i];
        }
    }

    /// <summary>Begins a digest; the paths added next are its own.</summary>
    public void AddDigest(string digest) => _keys.Add((texts.AddDigest(digest), _paths.Count, 0));

    /// <summary>Adds a digest with its one path, both in UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> path)
    {
        texts.Paths.TryAdd(path, out var number);
        _keys.Add((texts.AddDigest(digest), _paths.Count, 1));
        _paths.Add(number);
    }

    public void AddPath(string path)
    {
        texts.Paths.TryAdd(path, out var number);
        _paths.Add(number);
        _keys[_keys.Count - 1].Count++;
    }
}
