using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;

namespace Preservation.Core.Files;

/// <summary>
/// What lies in a folder and below it. Links are told, never followed; folders deeper than the bound, and such as the system cannot reach
/// for the length of their path, are told as if they were empty. One system call an entry.
/// </summary>
internal static partial class FolderEntries
{
    private const int PathBytes = 4096;
    private const int ThisFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeModeSize = 0x203;
    private const int StatxBytes = 256;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Link = 0xA000;

    /// <exception cref="IOException">A folder could not be read.</exception>
    public static IEnumerable<FileEntry> List(string root, int maxDepth)
    {
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            var isEmpty = true;
            foreach (var entry in Open(Path.Join(root, folder), folder.Length == 0 ? "" : folder + "/"))
            {
                isEmpty = false;
                if (entry is not { Kind: EntryKind.EmptyFolder }) yield return entry;
                else if (PackagePath.Depth(entry.Path) <= maxDepth && Encoding.UTF8.GetByteCount(root) + Encoding.UTF8.GetByteCount(entry.Path) < PathBytes - 1) folders.Push(entry.Path);
                else yield return entry;
            }
            if (isEmpty && folder.Length > 0) yield return new FileEntry(folder, 0, EntryKind.EmptyFolder);
        }
    }

    private static FileSystemEnumerable<FileEntry> Open(string full, string prefix)
    {
        try
        {
            return new FileSystemEnumerable<FileEntry>(full, (ref FileSystemEntry e) => Entry(ref e, prefix), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"the folder cannot be read: {full}", e);
        }
    }

    private static FileEntry Entry(ref FileSystemEntry entry, string prefix)
    {
        var path = string.Concat(prefix, entry.FileName);
        if (OperatingSystem.IsWindows()) return OfAttributes(ref entry, path);
        if (entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0) return new FileEntry(path, 0, EntryKind.EmptyFolder);
        Span<byte> facts = stackalloc byte[StatxBytes];
        // A name that is no UTF-8 cannot be asked for: nobody could open it either.
        if (Statx(ThisFolder, entry.ToFullPath(), NoFollow, TypeModeSize, ref MemoryMarshal.GetReference(facts)) != 0) return new FileEntry(path, 0, EntryKind.Special);
        return (MemoryMarshal.Read<ushort>(facts[28..]) & TypeMask) switch
        {
            RegularFile => new FileEntry(path, MemoryMarshal.Read<long>(facts[40..]), EntryKind.File),
            Link => new FileEntry(path, 0, EntryKind.SymbolicLink),
            _ => new FileEntry(path, 0, EntryKind.Special),
        };
    }

    private static FileEntry OfAttributes(ref FileSystemEntry entry, string path) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0 ? new FileEntry(path, 0, EntryKind.SymbolicLink)
        : entry.IsDirectory ? new FileEntry(path, 0, EntryKind.EmptyFolder)
        : new FileEntry(path, entry.Length, EntryKind.File);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte facts);
}
