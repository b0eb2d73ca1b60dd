using Preservation.Core.Files;

namespace Preservation.Packages.Aip;

/// <summary>
/// Every file of an AIP version, in byte order of their paths; equal bytes appear under several paths with equal digests. What grows with their number,
/// METS and PREMIS too, lies in temporary files that go with the plan. Reading is safe from several threads.
/// </summary>
public sealed class AipPlan : IDisposable
{
    private const byte Made = 1;
    private const byte Source = 2;
    private readonly FileRecords _records = new();
    private readonly SpooledBytes _made;

    internal AipPlan(string id, SpooledBytes made) => (Id, _made) = (id, made);

    /// <summary>The package's identifier.</summary>
    public string Id { get; }

    /// <summary>How many files there are.</summary>
    public int Count => _records.Count;

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>The files, read from a temporary file each time.</summary>
    public IEnumerable<AipEntry> Entries => _records.Under("").Select(EntryOf);

    /// <summary>The file at this path; null when there is none.</summary>
    public AipEntry? Find(string path) => _records.Find(path) is { } record ? EntryOf(record) : null;

    /// <summary>Opens what was made here.</summary>
    /// <exception cref="ArgumentException">The bytes come from elsewhere.</exception>
    public Stream Open(AipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _made.Open(entry.MadeAt ?? throw new ArgumentException($"{entry.Path} was not made here", nameof(entry)), entry.Bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _records.Dispose();
        _made.Dispose();
    }

    internal void Add(AipEntry entry)
    {
        Bytes += entry.Bytes;
        _records.Add(new FileRecord(
            entry.Path, entry.Bytes, entry.Sha256, entry.Sha512, new FileFormat(entry.Puid, entry.FormatName, null, entry.MimeType),
            entry.IsMade ? Made : entry.IsHeld ? (byte)0 : Source, entry.MadeAt ?? 0, entry.SourcePath));
    }

    private static AipEntry EntryOf(FileRecord record) => new(record.Path, record.More, record.Bytes, record.Sha256, record.Sha512)
    {
        MadeAt = record.Kind == Made ? record.At : null, Puid = record.Format.Puid, FormatName = record.Format.Name, MimeType = record.Format.MimeType,
    };
}
