using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;

namespace Preservation.Cli.Verbs;

/// <summary>A package that was made (contracts.md).</summary>
internal sealed record Packed(string Path, string Id, int Files, long Bytes)
{
    /// <summary>
    /// Lets a packer write into a file beside the target and gives it its name only when it is whole; null when the packer refused.
    /// Nothing half-written stays.
    /// </summary>
    public static async Task<(Packed? Packed, IReadOnlyList<Finding> Findings)> MakeAsync(string output, Func<Stream, Task<PackResult>> pack, CancellationToken cancellationToken)
    {
        var isFile = IsFile(output);
        var folder = isFile ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(output))! : System.IO.Path.GetFullPath(output);
        Directory.CreateDirectory(folder);
        var temporary = System.IO.Path.Join(folder, $".{Guid.NewGuid():N}.part");
        try
        {
            PackResult result;
            await using (var zip = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite)) result = await pack(zip);
            if (result.ObjId is null) return (null, result.Findings);
            var target = isFile ? System.IO.Path.GetFullPath(output) : System.IO.Path.Join(folder, result.FileName);
            File.Move(temporary, target, overwrite: true);
            return (await DescribeAsync(target, result.ObjId, cancellationToken), result.Findings);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The document of contracts.md for packages that were made.</summary>
    public static void WriteJson(IReadOnlyList<Packed> packages, IEnumerable<Finding> findings) => Output.WriteJson(json =>
    {
        json.WriteStartArray("packages");
        foreach (var package in packages)
        {
            json.WriteStartObject();
            json.WriteString("path", package.Path);
            json.WriteString("id", package.Id);
            json.WriteNumber("files", package.Files);
            json.WriteNumber("bytes", package.Bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Output.WriteFindings(json, findings);
    });

    /// <summary>Does the output name the one zip to write, rather than a folder?</summary>
    public static bool IsFile(string output) => output.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    private static async Task<Packed> DescribeAsync(string path, string id, CancellationToken cancellationToken)
    {
        var (tree, _) = await FileTrees.OpenAsync(path, Limits.Default, cancellationToken);
        await using (tree!)
        {
            var files = 0;
            long bytes = 0;
            await foreach (var entry in tree!.ListAsync(cancellationToken))
            {
                if (entry.Kind != EntryKind.File) continue;
                files++;
                bytes += entry.Bytes;
            }
            return new Packed(path, id, files, bytes);
        }
    }
}
