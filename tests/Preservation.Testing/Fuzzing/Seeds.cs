using System.IO.Compression;

namespace Preservation.Testing.Fuzzing;

/// <summary>What fuzzing begins with.</summary>
public static class Seeds
{
    private const long MaxBytes = 64 << 10;

    /// <summary>The files of these folders of the corpora, those of at most 64 KiB, in the order of their names.</summary>
    public static async Task<List<byte[]>> OfCorpusAsync(params string[] folders)
    {
        var seeds = new List<byte[]>();
        foreach (var file in folders.SelectMany(f => Directory.EnumerateFiles(SharedFiles.Corpus(f))).Where(f => new FileInfo(f).Length is > 0 and <= MaxBytes).Order(StringComparer.Ordinal))
            seeds.Add(await File.ReadAllBytesAsync(file));
        return seeds;
    }

    /// <summary>A zip's entries without compression, so that what is spoilt in it is what they say.</summary>
    public static byte[] Stored(byte[] zip)
    {
        using var packed = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read))
        using (var to = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in from.Entries)
            {
                using var source = entry.Open();
                using var target = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                source.CopyTo(target);
            }
        return packed.ToArray();
    }
}
