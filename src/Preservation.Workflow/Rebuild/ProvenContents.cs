using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// What objects hold, read from the store that is rebuilt from and, where that one is damaged, from the others that are at hand. Nothing is given out
/// whose bytes are not those the inventory promises.
/// </summary>
internal sealed class ProvenContents(OcflStore from, IReadOnlyList<OcflStore> others)
{
    public OcflStore From => from;

    /// <summary>The newest inventory of the object under a prefix; null and a problem when there is none to be believed.</summary>
    public async Task<(Inventory? Inventory, string? Problem)> InventoryAsync(string prefix, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var root in Roots)
        {
            try
            {
                if (await root.ReadInventoryAtAsync(prefix, cancellationToken) is { } stored)
                    return (stored.Inventory, stored.IsRootSound && problems.Count == 0 ? null : $"{(stored.IsRootSound ? "" : "the root inventory is damaged, the version's own was taken; ")}{string.Join("; ", problems)}");
                problems.Add($"{root.Objects.Name}: no root inventory");
            }
            catch (Exception e) when (e is IOException or InventoryDamagedException)
            {
                problems.Add($"{root.Objects.Name}: {e.Message}");
            }
        }
        return (null, string.Join("; ", problems));
    }

    /// <summary>A file of an object's first version in a temporary file at its beginning, proven; null and a problem when no store has it as promised.</summary>
    public async Task<(FileStream? Content, string? Problem)> FileAsync(Inventory inventory, string logicalPath, CancellationToken cancellationToken)
    {
        var promised = inventory.StateOf(1).First(s => s.LogicalPath == logicalPath).Digest;
        var problems = new List<string>();
        foreach (var root in Roots)
        {
            var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
            try
            {
                await using (var content = await root.OpenAsync(inventory, 1, logicalPath, range: null, cancellationToken)) await content.Stream.CopyToAsync(file, cancellationToken);
                file.Position = 0;
                var found = await StreamDigest.ComputeAsync(file, [promised.Algorithm], cancellationToken);
                file.Position = 0;
                if (found[promised.Algorithm] == promised) return (file, problems.Count == 0 ? null : string.Join("; ", problems));
                problems.Add($"{root.Objects.Name}: {logicalPath} is not as the inventory promises");
            }
            catch (Exception e) when (e is IOException)
            {
                problems.Add($"{root.Objects.Name}: {e.Message}");
            }
            await file.DisposeAsync();
        }
        return (null, string.Join("; ", problems));
    }

    private ImmutableArray<OcflStore> Roots => [from, .. others];
}
