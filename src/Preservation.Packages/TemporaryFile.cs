namespace Preservation.Packages;

/// <summary>A file in the system's temporary folder, of the one who runs this alone, that goes with its stream.</summary>
internal static class TemporaryFile
{
    public static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Join(Path.GetTempPath(), Path.GetRandomFileName()), options);
    }
}
