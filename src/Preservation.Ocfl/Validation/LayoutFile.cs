using System.Text.Json;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Ocfl.Layout;

namespace Preservation.Ocfl.Validation;

/// <summary>Reads ocfl_layout.json and the parameters of its layout (OCFL §4.2).</summary>
internal static class LayoutFile
{
    private const string Name = "ocfl_layout.json";
    private const int MaxBytes = 64 * 1024;

    /// <summary>The layout objects must follow; null when none is declared or we do not compute it.</summary>
    public static async Task<StorageLayout?> ReadAsync(
        IFileTree tree, FileIndex index, Limits limits, FindingLog log, CancellationToken cancellationToken)
    {
        if (index.FindFile(Name) < 0) return null;
        using var layout = await JsonAsync(tree, index, Name, limits, log, cancellationToken).ConfigureAwait(false);
        if (layout?.RootElement.ValueKind != JsonValueKind.Object
            || !layout.RootElement.TryGetProperty("extension", out var extension) || !layout.RootElement.TryGetProperty("description", out _))
        {
            log.Add("E070", Name);
            return null;
        }
        if (extension.ValueKind != JsonValueKind.String || extension.GetString() is not { Length: > 0 } name)
        {
            log.Add("E071", Name, found: extension.ValueKind.ToString());
            return null;
        }
        var configuration = $"extensions/{name}/config.json";
        if (index.FindFile(configuration) < 0) return StorageLayout.Find(name, default);
        using var parameters = await JsonAsync(tree, index, configuration, limits, log, cancellationToken).ConfigureAwait(false);
        return parameters is null ? null : StorageLayout.Find(name, parameters.RootElement);
    }

    private static async Task<JsonDocument?> JsonAsync(IFileTree tree, FileIndex index, string path, Limits limits, FindingLog log, CancellationToken cancellationToken)
    {
        var bytes = await new ObjectFiles(tree, index, "").ReadSmallAsync(path, MaxBytes, log, cancellationToken).ConfigureAwait(false);
        if (bytes is null || bytes.Length > MaxBytes) return null;
        try
        {
            return SafeJson.Parse(bytes, limits);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
