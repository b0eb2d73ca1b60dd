namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>A disk that can be filled: a file system in memory of a few megabytes. Only root can make one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _ballast;

    private SmallDisk(string folder)
    {
        Folder = folder;
        _ballast = Path.Join(folder, "ballast");
    }

    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync(string folder, int mebibytes)
    {
        Directory.CreateDirectory(folder);
        if (Environment.UserName != "root") Machine.Missing("disks are filled by root alone");
        var (exit, _, error) = await Machine.RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=755", "tmpfs", folder);
        Assert.That(exit, Is.Zero, error);
        return new SmallDisk(folder);
    }

    /// <summary>Takes all the room there is but this.</summary>
    public async Task FillAsync(int leavingKibibytes = 0)
    {
        // Others write meanwhile: so until nothing more fits, and then a little is given back.
        var zeros = new byte[1 << 16];
        await using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) await file.WriteAsync(zeros);
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - leavingKibibytes * 1024L));
        }
    }

    public void Free() => File.Delete(_ballast);

    public async ValueTask DisposeAsync()
    {
        var (exit, _, error) = await Machine.RunAsync("umount", "-l", Folder);
        Assert.That(exit, Is.Zero, error);
        Directory.Delete(Folder);
    }
}
