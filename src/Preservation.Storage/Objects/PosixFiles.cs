using System.Runtime.InteropServices;

namespace Preservation.Storage.Objects;

/// <summary>The file system calls that .NET does not offer: a link that never replaces, and the flush of a folder.</summary>
public static partial class PosixFiles
{
    private const int FileExists = 17;
    private const int NoEntry = 2;
    private const int TooManyLinks = 31;

    /// <summary>Gives the file a second name; false when that name is taken.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the new name is gone.</exception>
    /// <exception cref="IOException">The file system makes no such links.</exception>
    public static bool TryLink(string existing, string added)
    {
        ArgumentNullException.ThrowIfNull(existing);
        ArgumentNullException.ThrowIfNull(added);
        if (OperatingSystem.IsWindows()) return TryMove(existing, added);
        if (Link(existing, added) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            FileExists => false,
            NoEntry => throw new DirectoryNotFoundException(added),
            TooManyLinks => throw new IOException("too many links"),
            _ => throw new IOException($"link failed with error {error}: {added}"),
        };
    }

    /// <summary>Makes the names in a folder survive a crash.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(folder, 0);
        if (handle < 0 && Marshal.GetLastPInvokeError() == NoEntry) throw new DirectoryNotFoundException(folder);
        if (handle < 0) throw new IOException($"the folder could not be opened: {folder}");
        try
        {
            if (Flush(handle) != 0) throw new IOException($"the folder could not be flushed: {folder}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static bool TryMove(string existing, string added)
    {
        try
        {
            File.Move(existing, added, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(added))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
