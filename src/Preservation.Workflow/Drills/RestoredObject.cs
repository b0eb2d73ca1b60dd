using System.Globalization;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Drills;

/// <summary>An object as it was restored from one store to a scratch place: first as it lies there, then as its newest version shows it.</summary>
internal sealed class RestoredObject(OcflStore root, Inventory inventory, string folder)
{
    /// <summary>The object as the store has it.</summary>
    public string Object => Path.Join(folder, "object");

    /// <summary>What its newest version shows.</summary>
    public string Shown => Path.Join(folder, "shown");

    /// <summary>Files that were restored, and their bytes.</summary>
    public (long Files, long Bytes) Restored { get; private set; }

    /// <summary>Reads every key the inventory asks for.</summary>
    public async Task<DrillStep> RestoreAsync(CancellationToken cancellationToken)
    {
        var prefix = root.ObjectPrefix(inventory.Id);
        var (files, bytes, missing) = (0L, 0L, 0L);
        foreach (var key in root.KeysOf(inventory))
        {
            var path = Path.Join(Object, key.Key[prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                await using var content = await root.Objects.OpenReadAsync(key.Key, range: null, cancellationToken);
                await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                await content.Stream.CopyToAsync(file, cancellationToken);
                (files, bytes) = (files + 1, bytes + file.Length);
            }
            catch (ObjectNotFoundException)
            {
                missing++;
            }
        }
        Restored = (files, bytes);
        return new DrillStep("restore", missing == 0, string.Create(CultureInfo.InvariantCulture, $"{files} keys, {bytes} bytes{(missing > 0 ? $", {missing} are missing on the store" : "")}"));
    }

    /// <summary>Lays the newest version out under its own paths; contents are moved, and copied where they are shown twice.</summary>
    public void Show()
    {
        var places = inventory.Contents.GroupBy(c => c.Digest.Hex, c => c.ContentPath).ToDictionary(g => g.Key, g => Path.Join(Object, g.First()));
        foreach (var (digest, path) in inventory.StateOf(inventory.Head.Number))
        {
            var target = Path.Join(Shown, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (places[digest.Hex].StartsWith(Object, StringComparison.Ordinal)) File.Move(places[digest.Hex], target);
            else File.Copy(places[digest.Hex], target);
            places[digest.Hex] = target;
        }
    }
}
