using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>The files of a tree in the order they are packed, with what their elements in METS will say: 40 bytes a file beside the index.</summary>
internal sealed class PackedFiles(FileIndex index)
{
    private readonly byte[] _digests = new byte[index.Files * DigestAlgorithm.Sha256.LengthBytes];
    private readonly PieceList<long> _bytes = new();

    public int Count => _bytes.Count;

    /// <summary>The files' numbers, in byte order of their paths.</summary>
    public IEnumerable<int> Numbers => index.Under("").Where(n => index.KindOf(n) == EntryKind.File);

    /// <summary>What was packed of the next file.</summary>
    public void Add(ReferencedFile packed)
    {
        packed.Sha256.Bytes.AsSpan().CopyTo(_digests.AsSpan(Count * DigestAlgorithm.Sha256.LengthBytes));
        _bytes.Add(packed.Bytes);
    }

    public IEnumerable<ReferencedFile> Files(Func<string, string> pathInPackage)
    {
        var at = 0;
        foreach (var number in Numbers)
        {
            var path = index.PathOf(number);
            yield return new ReferencedFile(pathInPackage(path), _bytes[at], new Digest(DigestAlgorithm.Sha256, [.. _digests.AsSpan(at * 32, 32)]), MediaTypes.Of(path));
            at++;
        }
    }
}
