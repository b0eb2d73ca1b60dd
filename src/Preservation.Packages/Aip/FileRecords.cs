using System.Buffers.Binary;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.Aip;

/// <summary>What is known of one file, as it lies in a temporary file.</summary>
/// <param name="Path">Its path; the records are in byte order of it.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256.</param>
/// <param name="Sha512">SHA-512.</param>
/// <param name="Format">What it was identified as.</param>
/// <param name="Kind">A mark of the one who keeps the records.</param>
/// <param name="At">A number of the same.</param>
/// <param name="More">A text of the same; null when there is none.</param>
internal readonly record struct FileRecord(string Path, long Bytes, Digest Sha256, Digest Sha512, FileFormat Format, byte Kind, long At, string? More);

/// <summary>What a file was identified as; there are few of these among many files.</summary>
internal sealed record FileFormat(string? Puid, string? Name, string? Version, string? MimeType);

/// <summary>Files in byte order of their paths, in a temporary file: some eight bytes a file are in memory.</summary>
internal sealed class FileRecords : IDisposable
{
    private const int FormatAt = 17;
    private const int Sha256At = FormatAt + 4;
    private const int Sha512At = Sha256At + 32;
    private const int LengthAt = Sha512At + 64;
    private const int PathAt = LengthAt + 2;
    private readonly SpooledRecords _records = new();
    private readonly List<FileFormat> _formats = [];
    private readonly Dictionary<FileFormat, int> _numbers = [];
    private string? _last;

    public int Count => _records.Count;

    /// <exception cref="ArgumentException">The path does not come after the one before, or is too long.</exception>
    public void Add(FileRecord file)
    {
        if (_last is not null && PathOrder.Instance.Compare(_last, file.Path) is >= 0 and var order)
            throw new ArgumentException(order == 0 ? $"two files with the path {file.Path}" : $"{file.Path} comes after {_last}", nameof(file));
        if (!_numbers.TryGetValue(file.Format, out var format))
        {
            _numbers[file.Format] = format = _formats.Count;
            _formats.Add(file.Format);
        }
        var path = Encoding.UTF8.GetByteCount(file.Path);
        if (path > NameSet.MaxBytes) throw new ArgumentException("the path is too long", nameof(file));
        Span<byte> record = new byte[PathAt + path + (file.More is null ? 0 : 1 + Encoding.UTF8.GetByteCount(file.More))];
        BinaryPrimitives.WriteInt64LittleEndian(record, file.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], file.At);
        record[16] = file.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(record[FormatAt..], format);
        file.Sha256.Bytes.AsSpan().CopyTo(record[Sha256At..]);
        file.Sha512.Bytes.AsSpan().CopyTo(record[Sha512At..]);
        BinaryPrimitives.WriteUInt16LittleEndian(record[LengthAt..], (ushort)path);
        Encoding.UTF8.GetBytes(file.Path, record[PathAt..]);
        if (file.More is not null) Encoding.UTF8.GetBytes(file.More, record[(PathAt + path + 1)..]);
        _records.Add(record);
        _last = file.Path;
    }

    public FileRecord? Find(string path)
    {
        var wanted = Encoding.UTF8.GetBytes(path);
        var number = FirstFrom(wanted);
        return number < Count && Of(_records.ByNumber().Get(number)) is var found && found.Path == path ? found : null;
    }

    /// <summary>The files whose paths begin so, in order; all, for the empty string.</summary>
    public IEnumerable<FileRecord> Under(string prefix)
    {
        var reader = _records.InOrder();
        for (var i = prefix.Length == 0 ? 0 : FirstFrom(Encoding.UTF8.GetBytes(prefix)); i < Count; i++)
        {
            var file = Of(reader.Get(i));
            if (!file.Path.StartsWith(prefix, StringComparison.Ordinal)) yield break;
            yield return file;
        }
    }

    public void Dispose() => _records.Dispose();

    private int FirstFrom(byte[] path) => _records.FirstFrom(r => r.Span.Slice(PathAt, BinaryPrimitives.ReadUInt16LittleEndian(r.Span[LengthAt..])).SequenceCompareTo(path));

    private FileRecord Of(ReadOnlySpan<byte> record)
    {
        var end = PathAt + BinaryPrimitives.ReadUInt16LittleEndian(record[LengthAt..]);
        return new FileRecord(
            Encoding.UTF8.GetString(record[PathAt..end]), BinaryPrimitives.ReadInt64LittleEndian(record),
            new Digest(DigestAlgorithm.Sha256, [.. record[Sha256At..Sha512At]]), new Digest(DigestAlgorithm.Sha512, [.. record[Sha512At..LengthAt]]),
            _formats[BinaryPrimitives.ReadInt32LittleEndian(record[FormatAt..])], record[16], BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
            end == record.Length ? null : Encoding.UTF8.GetString(record[(end + 1)..]));
    }
}
