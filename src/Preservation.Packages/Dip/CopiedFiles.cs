using System.Buffers.Binary;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Dip;

/// <summary>Files that were copied into a DIP, with what their elements in METS and PREMIS will say: 48 bytes a file beside the index.</summary>
internal sealed class CopiedFiles(DipSource source)
{
    private readonly PieceList<Copied> _files = new();

    private readonly record struct Copied(int Number, long Bytes, UInt128 First, UInt128 Second);

    /// <summary>All, in the order they were copied, which is the index's.</summary>
    public IEnumerable<ReferencedFile> All => Enumerable.Range(0, _files.Count).Select(Of);

    public void Add(ReferencedFile file)
    {
        var digest = file.Sha256.Bytes.AsSpan();
        _files.Add(new Copied(source.Files.Index.FindFile(file.Path), file.Bytes, BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..])));
    }

    /// <summary>The file with this path; null when it was not copied.</summary>
    public ReferencedFile? Find(string path)
    {
        var (low, high) = (0, _files.Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (PathOrder.Instance.Compare(source.Files.Index.PathOf(_files[middle].Number), path) < 0) low = middle + 1;
            else high = middle;
        }
        return low < _files.Count && Of(low) is var found && found.Path == path ? found : null;
    }

    private ReferencedFile Of(int at)
    {
        var file = _files[at];
        var digest = new byte[32];
        BinaryPrimitives.WriteUInt128BigEndian(digest, file.First);
        BinaryPrimitives.WriteUInt128BigEndian(digest.AsSpan(16), file.Second);
        return source.Reference(source.Files.Index.PathOf(file.Number), file.Bytes, new Digest(DigestAlgorithm.Sha256, [.. digest]));
    }
}
