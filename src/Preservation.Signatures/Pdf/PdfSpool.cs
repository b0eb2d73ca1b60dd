namespace Preservation.Signatures.Pdf;

/// <summary>Gives a file a stream that can be read from anywhere: its own where it can, else a temporary copy that goes with its stream.</summary>
internal static class PdfSpool
{
    /// <exception cref="IOException">The file could not be read or copied.</exception>
    public static async Task<Stream> OpenAsync(SignedFile file, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (stream.CanSeek) return stream;
        await using (stream.ConfigureAwait(false))
        {
            var copy = Create();
            try
            {
                await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await copy.DisposeAsync().ConfigureAwait(false);
                throw;
            }
            return copy;
        }
    }

    // Of the one who runs this alone.
    private static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(System.IO.Path.Join(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName()), options);
    }
}
