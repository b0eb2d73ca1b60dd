using System.Text;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Versions;

/// <summary>The contents of an object that is there already, by digest, in a temporary file.</summary>
internal sealed class HeldContents : IDisposable
{
    private const int DigestBytes = 64;
    private readonly SpooledRecords _contents = new();
    private readonly int[] _order;
    private readonly SpooledRecords.Reader _reader;
    private int _at;

    public HeldContents(Inventory? inventory)
    {
        foreach (var (digest, path) in inventory?.Contents ?? []) _contents.Add([.. digest.Bytes, .. Encoding.UTF8.GetBytes(path)]);
        _order = _contents.Sort(PlannedState.RankOf, (a, b) => a.SequenceCompareTo(b));
        _reader = _contents.ByNumber();
    }

    /// <summary>Before the first again.</summary>
    public void Restart() => _at = 0;

    /// <summary>The paths of this digest. The digests are asked for in byte order, each once.</summary>
    public List<string> PathsOf(ReadOnlySpan<byte> digest)
    {
        var paths = new List<string>();
        while (_at < _order.Length && Current[..DigestBytes].SequenceCompareTo(digest) < 0) _at++;
        for (; _at < _order.Length && Current[..DigestBytes].SequenceEqual(digest); _at++) paths.Add(Path);
        return paths;
    }

    /// <summary>Contents up to a digest, itself not; all that are left, for the empty one.</summary>
    public IEnumerable<(string Digest, string Path)> Before(ReadOnlyMemory<byte> digest)
    {
        for (; _at < _order.Length && (digest.IsEmpty || Current[..DigestBytes].SequenceCompareTo(digest.Span) < 0); _at++)
            yield return (Convert.ToHexStringLower(Current[..DigestBytes]), Path);
    }

    public void Dispose() => _contents.Dispose();

    private ReadOnlySpan<byte> Current => _reader.Get(_order[_at]);

    private string Path => Encoding.UTF8.GetString(Current[DigestBytes..]);
}
