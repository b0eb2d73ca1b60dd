using Preservation.Storage.Objects;

namespace Preservation.Storage.Tests.Objects;

/// <summary>
/// A process that dies before one of its calls to the file system: neither that call nor any later one takes place. A write that came right
/// before may have been cut in half.
/// </summary>
internal sealed class DyingFiles(int diesBefore, bool tears = false)
{
    private readonly Lock _gate = new();
    private readonly List<(string Call, string Path)> _calls = [];

    public sealed class ProcessDiedException : Exception;

    /// <summary>The calls that took place.</summary>
    public IReadOnlyList<(string Call, string Path)> Calls => _calls;

    public bool HasDied { get; private set; }

    public FileSystemStore Open(string folder, bool flushes = true) => new("files", folder, flushes, new FileSteps(Before));

    private void Before(string call, string path)
    {
        lock (_gate)
        {
            if (!HasDied && _calls.Count < diesBefore)
            {
                _calls.Add((call, path));
                return;
            }
            if (!HasDied && tears && _calls.Count > 0 && _calls[^1] is ("write", var written)) Tear(written);
            HasDied = true;
            throw new ProcessDiedException();
        }
    }

    private static void Tear(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(file.Length / 2);
    }
}
