using System.IO.Compression;
using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Core.Digests;
using Preservation.Packages.Aip;

namespace Preservation.Workflow.Ingest;

/// <summary>What one pass over a file of a submission told: everything later steps need, so that they need not read it again.</summary>
public sealed record FileFacts(string Path, long Bytes, string Sha256, string Sha512, string? Puid, string? Format, string? FormatVersion, string? MediaType)
{
    /// <summary>The SHA-256.</summary>
    public Digest Sha256Digest => Digest.TryParse(DigestAlgorithm.Sha256, Sha256, out var digest) ? digest : throw new InvalidOperationException("stored facts are damaged");

    /// <summary>The SHA-512.</summary>
    public Digest Sha512Digest => Digest.TryParse(DigestAlgorithm.Sha512, Sha512, out var digest) ? digest : throw new InvalidOperationException("stored facts are damaged");

    /// <summary>The file as it goes into an AIP.</summary>
    public SubmittedFile ToSubmitted() => new(Path, Bytes, Sha256Digest, Sha512Digest)
    {
        Puid = Puid, FormatName = Format, FormatVersion = string.IsNullOrEmpty(FormatVersion) ? null : FormatVersion, MimeType = MediaType,
    };

    /// <summary>Packs facts for the catalogue: one JSON object a line, compressed.</summary>
    public static byte[] Pack(IEnumerable<FileFacts> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        using var packed = new MemoryStream();
        // At this level every single write is compressed for itself: lines are gathered first.
        using (var brotli = new BufferedStream(new BrotliStream(packed, CompressionLevel.Fastest), 1 << 16))
            foreach (var fact in facts)
            {
                JsonSerializer.Serialize(brotli, fact, AuditJson.Options);
                brotli.WriteByte((byte)'\n');
            }
        return packed.ToArray();
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    public static IEnumerable<FileFacts> Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli);
        while (reader.ReadLine() is { } line) yield return JsonSerializer.Deserialize<FileFacts>(line, AuditJson.Options)!;
    }
}
