using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>Opens a package in whatever form it came: a folder, a zip, a tar or a gzipped tar, told by content and not by name.</summary>
public static class FileTrees
{
    private const int TarMagicOffset = 257;

    /// <summary>
    /// Opens the package and reports what is doubtful in the form that carries it. The tree is null when there is nothing to look into; otherwise the
    /// caller disposes it. A folder is not listed yet: what is doubtful in it comes with its index.
    /// </summary>
    /// <exception cref="FileNotFoundException">Neither a folder nor a file has this path.</exception>
    /// <exception cref="IOException">It could not be read. This says nothing about the package.</exception>
    public static async Task<(IFileTree? Tree, IReadOnlyList<Finding> Findings)> OpenAsync(
        string path, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (Directory.Exists(path)) return (OpenFolder(path), []);
        if (!File.Exists(path)) throw new FileNotFoundException("no such folder or file", path);
        var head = new byte[512];
        var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read });
        int count;
        await using (stream.ConfigureAwait(false))
            count = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (IsZip(head.AsSpan(0, count))) return ZipTree.Open(path, limits);
        if (IsTarOrGzip(head.AsSpan(0, count))) return await TarTree.OpenAsync(path, limits, cancellationToken).ConfigureAwait(false);
        return (null, [new Finding(ArchiveRules.Unreadable, "", Found: Path.GetFileName(path))]);
    }

    // A folder that holds nothing but one package is entered, as an archive is.
    private static FolderTree OpenFolder(string path)
    {
        string[] inside = [.. Directory.EnumerateFileSystemEntries(path).Take(2)];
        return new FolderTree(inside.Length == 1 && Directory.Exists(inside[0]) && new DirectoryInfo(inside[0]).LinkTarget is null && IsPackage(inside[0]) ? inside[0] : path);
    }

    private static bool IsPackage(string folder) =>
        File.Exists(Path.Join(folder, "METS.xml")) || File.Exists(Path.Join(folder, "bagit.txt")) || Directory.EnumerateFiles(folder, "0=ocfl_*").Any();

    private static bool IsZip(ReadOnlySpan<byte> head) =>
        head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..];

    // The oldest tars have no magic: then the header's own checksum decides.
    private static bool IsTarOrGzip(ReadOnlySpan<byte> head)
    {
        if (head is [0x1f, 0x8b, ..]) return true;
        if (head.Length < 512) return false;
        return head[TarMagicOffset..].StartsWith("ustar"u8) || !head.ContainsAnyExcept((byte)0) || HasTarChecksum(head);
    }

    private static bool HasTarChecksum(ReadOnlySpan<byte> head)
    {
        var sum = 0;
        for (var i = 0; i < 512; i++) sum += i is >= 148 and < 156 ? ' ' : head[i];
        var declared = 0;
        foreach (var digit in head[148..156])
        {
            if (digit is (byte)' ' or 0) continue;
            if (digit is < (byte)'0' or > (byte)'7') return false;
            declared = declared * 8 + (digit - '0');
        }
        return head[0] != 0 && declared == sum;
    }
}
