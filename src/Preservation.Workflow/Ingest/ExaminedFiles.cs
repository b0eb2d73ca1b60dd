using System.Buffers.Binary;
using System.Collections;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// What the pass over a submission's content told of each file, in a temporary file: twelve bytes a file are in memory, beside the index. Files are added
/// from several threads; reading is safe from several when all are there.
/// </summary>
public sealed class ExaminedFiles(FileIndex index) : IEnumerable<FileFacts>, IDisposable
{
    private const int Sha256At = 12;
    private const int Sha512At = Sha256At + 32;
    private const int FormatAt = Sha512At + 64;
    private const int RecordBytes = FormatAt + 4;
    private readonly Lock _lock = new();
    private readonly SpooledRecords _facts = new();
    private readonly int[] _recordOf = new int[index.Slots];
    private readonly List<(string? Puid, string? Name, string? Version, string? MediaType)> _formats = [];
    private readonly Dictionary<(string?, string?, string?, string?), int> _numbers = [];

    /// <summary>How many files there are.</summary>
    public int Count => _facts.Count;

    /// <summary>Adds what was found out about a file of the index.</summary>
    public void Add(FileFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var number = index.FindFile(facts.Path);
        Span<byte> record = stackalloc byte[RecordBytes];
        BinaryPrimitives.WriteInt32LittleEndian(record, number);
        BinaryPrimitives.WriteInt64LittleEndian(record[4..], facts.Bytes);
        facts.Sha256Digest.Bytes.AsSpan().CopyTo(record[Sha256At..]);
        facts.Sha512Digest.Bytes.AsSpan().CopyTo(record[Sha512At..]);
        lock (_lock)
        {
            var format = (facts.Puid, facts.Format, facts.FormatVersion, facts.MediaType);
            if (!_numbers.TryGetValue(format, out var known))
            {
                _numbers[format] = known = _formats.Count;
                _formats.Add(format);
            }
            BinaryPrimitives.WriteInt32LittleEndian(record[FormatAt..], known);
            _facts.Add(record);
            _recordOf[number] = _facts.Count;
        }
    }

    /// <summary>What is known of the file with this path; null when it could not be read, or is not there.</summary>
    public FileFacts? Find(string path) => index.FindFile(path) is >= 0 and var number && _recordOf[number] > 0 ? FactsOf(_facts.ByNumber().Get(_recordOf[number] - 1)) : null;

    /// <summary>Length and digests of the file with this path; null when it could not be read, or is not there.</summary>
    public ContentDigests? DigestsOf(string path) => Find(path) is { } facts ? new ContentDigests(facts.Bytes, [facts.Sha256Digest, facts.Sha512Digest]) : null;

    /// <inheritdoc/>
    public IEnumerator<FileFacts> GetEnumerator()
    {
        var reader = _facts.ByNumber();
        foreach (var number in index.Under(""))
            if (_recordOf[number] > 0) yield return FactsOf(reader.Get(_recordOf[number] - 1));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose() => _facts.Dispose();

    private FileFacts FactsOf(ReadOnlySpan<byte> record)
    {
        var (puid, name, version, mediaType) = _formats[BinaryPrimitives.ReadInt32LittleEndian(record[FormatAt..])];
        return new FileFacts(
            index.PathOf(BinaryPrimitives.ReadInt32LittleEndian(record)), BinaryPrimitives.ReadInt64LittleEndian(record[4..]),
            Convert.ToHexStringLower(record[Sha256At..Sha512At]), Convert.ToHexStringLower(record[Sha512At..FormatAt]), puid, name, version, mediaType);
    }
}
