using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Core.Files;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>
/// The files of a submission in byte order of their paths, in a temporary file that goes with them: of a million, ten megabytes are in memory. Reading
/// is safe from several threads once adding has ended.
/// </summary>
[CollectionBuilder(typeof(SubmittedFiles), nameof(Of))]
public sealed class SubmittedFiles : IEnumerable<SubmittedFile>, IDisposable
{
    private const byte Held = 1;
    private readonly FileRecords _records = new();

    /// <summary>Files in any order; few, since they are sorted in memory.</summary>
    /// <exception cref="ArgumentException">Two have the same path.</exception>
    public static SubmittedFiles Of(ReadOnlySpan<SubmittedFile> files)
    {
        var all = new SubmittedFiles();
        foreach (var file in files.ToArray().OrderBy(f => f.Path, PathOrder.Instance)) all.Add(file);
        return all;
    }

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>Adds the next file.</summary>
    /// <exception cref="ArgumentException">Its path does not come after that of the one before.</exception>
    public void Add(SubmittedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _records.Add(new FileRecord(
            file.Path, file.Bytes, file.Sha256, file.Sha512, new FileFormat(file.Puid, file.FormatName, file.FormatVersion, file.MimeType), file.IsHeld ? Held : (byte)0, 0,
            file.Signatures.IsDefaultOrEmpty && file.SignedIn.IsDefaultOrEmpty && file.Signs is null ? null : JsonSerializer.Serialize(new Signing(file.Signatures, file.SignedIn, file.Signs), SigningJson.Default.Signing)));
    }

    /// <summary>The file with this path; null when there is none.</summary>
    public SubmittedFile? Find(string path) => _records.Find(path) is { } record ? FileOf(record) : null;

    /// <summary>The files whose paths begin so, in order.</summary>
    public IEnumerable<SubmittedFile> Under(string prefix) => _records.Under(prefix).Select(FileOf);

    /// <inheritdoc/>
    public IEnumerator<SubmittedFile> GetEnumerator() => Under("").GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose() => _records.Dispose();

    private static SubmittedFile FileOf(FileRecord record)
    {
        var signing = record.More is null ? null : JsonSerializer.Deserialize(record.More, SigningJson.Default.Signing);
        return new SubmittedFile(record.Path, record.Bytes, record.Sha256, record.Sha512)
        {
            Puid = record.Format.Puid, FormatName = record.Format.Name, FormatVersion = record.Format.Version, MimeType = record.Format.MimeType, IsHeld = record.Kind == Held,
            Signatures = signing?.Signatures ?? [], SignedIn = signing?.SignedIn ?? [], Signs = signing?.Signs,
        };
    }
}

/// <summary>What a spooled record keeps of a file's signatures.</summary>
internal sealed record Signing(ImmutableArray<PremisSignature> Signatures, ImmutableArray<string> SignedIn, string? Signs);

/// <summary>How it is kept, by code made at build time.</summary>
[JsonSerializable(typeof(Signing))]
internal sealed partial class SigningJson : JsonSerializerContext;
