using Microsoft.Win32.SafeHandles;

namespace Preservation.Storage.Objects;

/// <summary>
/// Every call by which a store in a folder changes the disk, one system call at a time, so that a test can stop a process before any of them.
/// </summary>
/// <param name="before">Hears the name of the call and its path before it is made; an exception out of it stops the call. Null outside tests.</param>
internal sealed class FileSteps(Action<string, string>? before)
{
    public SafeFileHandle Create(string path)
    {
        before?.Invoke("create", path);
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    public ValueTask WriteAsync(SafeFileHandle file, string path, ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        before?.Invoke("write", path);
        return RandomAccess.WriteAsync(file, bytes, at, cancellationToken);
    }

    public void Flush(SafeFileHandle file, string path)
    {
        before?.Invoke("flush", path);
        RandomAccess.FlushToDisk(file);
    }

    public void Date(string path, DateTime written)
    {
        before?.Invoke("date", path);
        File.SetLastWriteTimeUtc(path, written);
    }

    public bool TryLink(string existing, string added)
    {
        before?.Invoke("link", added);
        return PosixFiles.TryLink(existing, added);
    }

    public void Replace(string staged, string target)
    {
        before?.Invoke("rename", target);
        File.Move(staged, target, overwrite: true);
    }

    public void Delete(string path)
    {
        before?.Invoke("unlink", path);
        File.Delete(path);
    }

    public FileStream Lock(string path)
    {
        before?.Invoke("lock", path);
        return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public void MakeFolder(string path)
    {
        before?.Invoke("mkdir", path);
        Directory.CreateDirectory(path);
    }

    public void RemoveFolder(string path)
    {
        before?.Invoke("rmdir", path);
        Directory.Delete(path);
    }

    public void FlushFolder(string path)
    {
        before?.Invoke("flush folder", path);
        PosixFiles.FlushFolder(path);
    }
}
