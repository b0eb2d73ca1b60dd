using Preservation.Signatures;

namespace Preservation.Evidence.Carriers;

/// <summary>A path at which a file can be read from any place: its own, or that of a copy that goes with this object.</summary>
internal sealed class SpooledFile : IAsyncDisposable
{
    private readonly bool _isCopy;

    private SpooledFile(string path, bool isCopy) => (Path, _isCopy) = (path, isCopy);

    public string Path { get; }

    /// <exception cref="IOException">The file could not be read or copied.</exception>
    public static async Task<SpooledFile> OpenAsync(SignedFile file, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (stream is FileStream { Name: var name } && File.Exists(name)) return new SpooledFile(name, isCopy: false);
            var copy = new SpooledFile(System.IO.Path.GetTempFileName(), isCopy: true);
            try
            {
                var target = File.OpenWrite(copy.Path);
                await using (target.ConfigureAwait(false)) await stream.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                return copy;
            }
            catch
            {
                await copy.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_isCopy) File.Delete(Path);
        return ValueTask.CompletedTask;
    }
}
