namespace Preservation.Core.Files;

/// <summary>A file in the system's temporary folder, of the one who runs this alone, that goes with its stream: also when the process is killed.</summary>
public static class TemporaryFile
{
    /// <summary>Makes an empty one. Its folder should not be one that lies in memory.</summary>
    /// <exception cref="IOException">There is no room, or no right to it.</exception>
    public static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, options);
        // Without a name it is freed with its last handle, whatever becomes of the process.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return file;
    }
}
