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
        using var layout = await JsonAsync(tree, Name, limits, cancellationToken).ConfigureAwait(false);
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
        using var parameters = await JsonAsync(tree, configuration, limits, cancellationToken).ConfigureAwait(false);
        return parameters is null ? null : StorageLayout.Find(name, parameters.RootElement);
    }

    private static async Task<JsonDocument?> JsonAsync(IFileTree tree, string path, Limits limits, CancellationToken cancellationToken)
    {
        var stream = await tree.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxBytes + 1];
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (count > MaxBytes) return null;
            try
            {
                return JsonDocument.Parse(buffer.AsMemory(0, count), new JsonDocumentOptions { MaxDepth = limits.MaxMarkupDepth });
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
