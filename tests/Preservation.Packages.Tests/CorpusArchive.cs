using System.Formats.Tar;
using System.IO.Compression;
using Preservation.Core.Files;

namespace Preservation.Packages.Tests;

/// <summary>Reads the corpus' archives into memory, whatever names they hold.</summary>
internal static class CorpusArchive
{
    public static MemoryTree Read(string file)
    {
        using var stream = File.OpenRead(file);
        if (file.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new MemoryStream();
            stream.CopyTo(zip);
            return MemoryTree.FromZip(zip.ToArray());
        }
        using var tar = new TarReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        MemoryTree? tree = null;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (name.Length == 0) continue;
            tree ??= new MemoryTree(name.Split('/')[0]);
            var path = name.Length > tree.RootName.Length ? name[(tree.RootName.Length + 1)..] : "";
            if (path.Length == 0) continue;
            if (entry.EntryType is TarEntryType.Directory) tree.Extra.Add(new FileEntry(path.TrimEnd('/'), 0, EntryKind.EmptyFolder));
            else if (entry.EntryType is TarEntryType.SymbolicLink) tree.Extra.Add(new FileEntry(path, 0, EntryKind.SymbolicLink));
            else
            {
                using var buffer = new MemoryStream();
                entry.DataStream?.CopyTo(buffer);
                tree.Files[path] = buffer.ToArray();
            }
        }
        tree!.Extra.RemoveAll(e => e.Kind == EntryKind.EmptyFolder && tree.Files.Keys.Any(f => f.StartsWith(e.Path + "/", StringComparison.Ordinal)));
        return tree;
    }

    /// <summary>The rows of the corpus' manifest, column by column, for one folder.</summary>
    public static IEnumerable<string[]> Rows(string folder) =>
        File.ReadLines(Path.Combine(Shared.Corpus, "manifest.csv")).Select(Split).Where(r => r[0].StartsWith(folder, StringComparison.Ordinal));

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }
        cells.Add(cell.ToString());
        return [.. cells];
    }
}
