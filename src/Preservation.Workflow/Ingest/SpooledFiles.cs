using Preservation.Core.Files;
using Preservation.Signatures;

namespace Preservation.Workflow.Ingest;

/// <summary>Gives seekable streams over files of an archive: what is compressed is spooled to a file that goes away when closed.</summary>
internal sealed class SpooledFiles(IFileTree tree) : IDisposable
{
    private readonly List<string> _spooled = [];

    public SignedFile Signed(FileFacts file) => new(file.Path, file.Bytes, token => OpenAsync(file.Path, token));

    /// <summary>The file's content in a file of its own, for programs that want a name.</summary>
    public async Task<string> FileAsync(FileFacts file, CancellationToken cancellationToken)
    {
        var path = Path.GetTempFileName();
        _spooled.Add(path);
        await using var stream = await tree.OpenAsync(file.Path, cancellationToken);
        await using var spool = new FileStream(path, FileMode.Open, FileAccess.Write);
        await stream.CopyToAsync(spool, cancellationToken);
        return path;
    }

    public void Dispose()
    {
        foreach (var file in _spooled) File.Delete(file);
    }

    private async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var stream = await tree.OpenAsync(path, cancellationToken);
        if (stream.CanSeek) return stream;
        await using (stream)
        {
            var file = Path.GetTempFileName();
            _spooled.Add(file);
            await using (var spool = new FileStream(file, FileMode.Open, FileAccess.Write)) await stream.CopyToAsync(spool, cancellationToken);
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
    }
}
