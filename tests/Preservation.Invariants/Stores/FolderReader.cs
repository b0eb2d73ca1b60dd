namespace Preservation.Invariants.Stores;

/// <summary>A store in a folder: a key is a path in it.</summary>
internal sealed class FolderReader(string folder) : StoreReader
{
    public override async IAsyncEnumerable<string> ListAsync()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            yield return Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
        await Task.CompletedTask;
    }

    protected override Task<Stream> OpenAsync(string key) => Task.FromResult<Stream>(new FileStream(Path.Join(folder, key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
}
