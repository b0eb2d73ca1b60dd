using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Versions;

/// <summary>The files a new version shall show, in byte order of their logical paths, in a temporary file.</summary>
internal sealed class PlannedState : IDisposable
{
    private const int DigestAt = 8;
    private const int DigestEnd = DigestAt + 64;
    private SpooledRecords _files = new();

    private PlannedState()
    {
    }

    public int Count => _files.Count;

    /// <summary>Takes the files in any order; in order they are not sorted again.</summary>
    /// <exception cref="ArgumentException">They are no valid state (E052, E053, E095), or not addressed by SHA-512.</exception>
    public static PlannedState Of(IEnumerable<PlannedFile> files)
    {
        var state = new PlannedState();
        try
        {
            var (isOrdered, before) = (true, (string?)null);
            foreach (var file in files)
            {
                state.Add(file);
                isOrdered &= before is null || PathOrder.Instance.Compare(before, file.LogicalPath) <= 0;
                before = file.LogicalPath;
            }
            if (!isOrdered) state.Order();
            var paths = new LogicalPaths();
            foreach (var path in state.Paths) paths.Check(path);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>The logical paths, in order.</summary>
    public IEnumerable<string> Paths
    {
        get
        {
            var reader = _files.InOrder();
            for (var i = 0; i < Count; i++) yield return PathOf(reader.Get(i));
        }
    }

    /// <summary>The numbers of the files by digest, of one digest by path.</summary>
    public int[] ByDigest() => _files.Sort(r => BinaryPrimitives.ReadUInt64BigEndian(r[DigestAt..]), (a, b) => a[DigestAt..DigestEnd].SequenceCompareTo(b[DigestAt..DigestEnd]));

    /// <summary>The number of the file with this path, or -1.</summary>
    public int Find(string logicalPath)
    {
        var wanted = Encoding.UTF8.GetBytes(logicalPath);
        var number = _files.FirstFrom(r => r.Span[PathAt(r.Span)..].SequenceCompareTo(wanted));
        return number < Count && _files.ByNumber().Get(number) is var found && found[PathAt(found)..].SequenceEqual(wanted) ? number : -1;
    }

    public SpooledRecords.Reader InOrder() => _files.InOrder();

    public SpooledRecords.Reader ByNumber() => _files.ByNumber();

    public static PlannedFile FileOf(ReadOnlySpan<byte> record)
    {
        var fixity = ImmutableArray.CreateBuilder<Digest>(record[DigestEnd]);
        var at = DigestEnd + 1;
        for (var i = 0; i < record[DigestEnd]; i++)
        {
            var algorithm = DigestAlgorithm.All[record[at]];
            fixity.Add(new Digest(algorithm, [.. record.Slice(at + 1, algorithm.LengthBytes)]));
            at += 1 + algorithm.LengthBytes;
        }
        return new PlannedFile(Encoding.UTF8.GetString(record[at..]), BinaryPrimitives.ReadInt64LittleEndian(record), Sha512Of(record), fixity.ToImmutable());
    }

    public static ReadOnlySpan<byte> DigestOf(ReadOnlySpan<byte> record) => record[DigestAt..DigestEnd];

    public static string PathOf(ReadOnlySpan<byte> record) => Encoding.UTF8.GetString(record[PathAt(record)..]);

    public void Dispose() => _files.Dispose();

    private static Digest Sha512Of(ReadOnlySpan<byte> record) => new(DigestAlgorithm.Sha512, [.. DigestOf(record)]);

    private static int PathAt(ReadOnlySpan<byte> record)
    {
        var at = DigestEnd + 1;
        for (var i = 0; i < record[DigestEnd]; i++) at += 1 + DigestAlgorithm.All[record[at]].LengthBytes;
        return at;
    }

    private void Add(PlannedFile file)
    {
        if (file.Sha512.Algorithm != DigestAlgorithm.Sha512) throw new ArgumentException($"{file.LogicalPath} is not addressed by SHA-512", nameof(file));
        var record = new byte[DigestEnd + 1 + file.Fixity.Sum(d => 1 + d.Bytes.Length) + Encoding.UTF8.GetByteCount(file.LogicalPath)];
        BinaryPrimitives.WriteInt64LittleEndian(record, file.Bytes);
        file.Sha512.Bytes.CopyTo(record, DigestAt);
        record[DigestEnd] = (byte)file.Fixity.Length;
        var at = DigestEnd + 1;
        foreach (var digest in file.Fixity)
        {
            record[at] = (byte)DigestAlgorithm.All.IndexOf(digest.Algorithm);
            digest.Bytes.CopyTo(record, at + 1);
            at += 1 + digest.Bytes.Length;
        }
        Encoding.UTF8.GetBytes(file.LogicalPath, record.AsSpan(at));
        _files.Add(record);
    }

    private void Order()
    {
        var order = _files.Sort(r => RankOf(r[PathAt(r)..]), (a, b) => a[PathAt(a)..].SequenceCompareTo(b[PathAt(b)..]));
        var (ordered, reader) = (new SpooledRecords(), _files.ByNumber());
        foreach (var number in order) ordered.Add(reader.Get(number));
        _files.Dispose();
        _files = ordered;
    }

    /// <summary>The first eight bytes as a number; what is shorter comes before what it begins.</summary>
    internal static ulong RankOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> first = stackalloc byte[8];
        first.Clear();
        bytes[..Math.Min(8, bytes.Length)].CopyTo(first);
        return BinaryPrimitives.ReadUInt64BigEndian(first);
    }
}
