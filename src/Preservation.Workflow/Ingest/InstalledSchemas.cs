using Microsoft.Extensions.Options;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Ingest;

/// <summary>The official XML schemas that the operator installed; read when the first package asks for them. Safe for use from several threads.</summary>
public sealed class InstalledSchemas(IOptions<PreservationOptions> options, Limits limits)
{
    private volatile OfficialSchemas? _schemas;

    /// <summary>The schemas, or null where none are configured.</summary>
    /// <exception cref="IOException">The configured folder cannot be read, or holds no schema: no package is judged without what was asked for.</exception>
    public async Task<OfficialSchemas?> GetAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Ingest.Schemas is not { Length: > 0 } path) return null;
        if (_schemas is { } read) return read;
        await using var folder = new FolderTree(path);
        return _schemas = await OfficialSchemas.LoadAsync(folder, limits, cancellationToken);
    }
}
