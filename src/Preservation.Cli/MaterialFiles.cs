using Preservation.Core;

namespace Preservation.Cli;

/// <summary>Certificates, revocation lists and responses from files, or from a folder's files of their kind.</summary>
internal static class MaterialFiles
{
    public static readonly string[] Certificates = [".pem", ".crt", ".cer", ".der"];
    public static readonly string[] Lists = [".crl", ".pem", ".der"];
    public static readonly string[] Responses = [".ors", ".ocsp", ".resp", ".pem", ".der"];

    /// <summary>The bytes of each file; of a folder those whose names end so, not of folders below.</summary>
    /// <exception cref="IOException">A path cannot be read, or a file is too large.</exception>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IEnumerable<string>? paths, string[] endings, CancellationToken cancellationToken)
    {
        var all = new List<ReadOnlyMemory<byte>>();
        foreach (var path in (paths ?? []).SelectMany(p => Files(p, endings)))
        {
            if (new FileInfo(path).Length > Limits.Default.MaxMetadataBytes) throw new IOException($"{path} is too large");
            all.Add(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        return all;
    }

    private static IEnumerable<string> Files(string path, string[] endings) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Where(f => endings.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal)
        : [path];
}
