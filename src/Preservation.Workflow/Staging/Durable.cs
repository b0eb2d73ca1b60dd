using System.Runtime.InteropServices;

namespace Preservation.Workflow.Staging;

/// <summary>Forces a folder's entries to the medium; .NET flushes files but offers nothing for folders.</summary>
internal static partial class Durable
{
    private const int OpenReadOnlyFolder = 0x10000; // O_RDONLY | O_DIRECTORY

    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var handle = Open(folder, OpenReadOnlyFolder);
        if (handle < 0) throw new IOException($"cannot open the folder for fsync (errno {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Sync(handle) != 0) throw new IOException($"fsync of a folder failed (errno {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
