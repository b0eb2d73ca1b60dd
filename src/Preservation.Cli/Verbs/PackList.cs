using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Cli.Verbs;

/// <summary>Packs every dossier of a list, of an array in JSON, or of a delivery under Circular 02/2019, one after the other.</summary>
internal static class PackList
{
    /// <summary>The packages made and all findings; null when the output names one zip and the list has several dossiers.</summary>
    public static async Task<(List<Packed> Packages, IReadOnlyList<Finding> Findings)?> RunAsync(
        FolderTree content, string source, string? metadata, Tt05Defaults defaults, string output, PackOptions options, bool isQuiet, CancellationToken cancellationToken)
    {
        var list = metadata is null
            ? await Tt05List.ReadCircular02Async(content, defaults, Limits.Default, cancellationToken)
            : await ReadAsync(metadata, defaults, cancellationToken);
        if (Packed.IsFile(output) && list.Dossiers.Length > 1) return null;
        var packing = await Tt05ListPacking.OpenAsync(content, list, metadata is null ? null : PathWithin(source, metadata), Limits.Default, cancellationToken);
        var packages = new List<Packed>();
        using var progress = new Progress(list.Dossiers.Length, !isQuiet);
        foreach (var dossier in list.Dossiers)
        {
            var (packed, _) = await Packed.MakeAsync(output, zip => packing.PackAsync(dossier, zip, options, cancellationToken), cancellationToken);
            if (packed is not null) packages.Add(packed);
            progress.Step();
        }
        return (packages, packing.Findings);
    }

    private static async Task<Tt05List> ReadAsync(string metadata, Tt05Defaults defaults, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(metadata, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return metadata.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? await Tt05List.ReadJsonAsync(stream, defaults, Limits.Default, cancellationToken)
            : await Tt05List.ReadAsync(stream, Path.GetFileName(metadata), defaults, Limits.Default, cancellationToken);
    }

    private static string? PathWithin(string folder, string file)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var full = Path.GetFullPath(file);
        return full.StartsWith(root, StringComparison.Ordinal) ? full[root.Length..].Replace(Path.DirectorySeparatorChar, '/') : null;
    }
}
