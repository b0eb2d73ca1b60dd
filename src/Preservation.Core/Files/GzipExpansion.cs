using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>Opens a file for random reading; a gzipped one is expanded into a temporary file that goes when it is closed.</summary>
internal static class GzipExpansion
{
    private const int BufferBytes = 1024 * 1024;

    public static async Task<(FileStream? Stream, Finding? Refusal)> OpenAsync(string file, Limits limits, CancellationToken cancellationToken)
    {
        var packed = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read });
        if (!IsGzip(packed)) return (packed, null);
        await using (packed.ConfigureAwait(false))
            return await ExpandAsync(packed, limits, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsGzip(FileStream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        var isGzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        stream.Position = 0;
        return isGzip;
    }

    private static async Task<(FileStream?, Finding?)> ExpandAsync(FileStream packed, Limits limits, CancellationToken cancellationToken)
    {
        var plain = CreateTemporary();
        var refusal = default(Finding);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
            {
                int read;
                while (refusal is null && (read = await gzip.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await plain.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    refusal = Judge(plain.Length, packed.Length, limits);
                }
            }
        }
        catch (InvalidDataException)
        {
            refusal = new Finding(ArchiveRules.Unreadable, "", Found: Path.GetFileName(packed.Name));
        }
        catch
        {
            await plain.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (refusal is null)
        {
            await plain.FlushAsync(cancellationToken).ConfigureAwait(false);
            plain.Position = 0;
            return (plain, null);
        }
        await plain.DisposeAsync().ConfigureAwait(false);
        return (null, refusal);
    }

    // The tar form itself costs up to a kilobyte a file, which packs to nearly nothing: the total is judged generously.
    private static Finding? Judge(long plainBytes, long packedBytes, Limits limits)
    {
        if (plainBytes > limits.MaxTotalBytes)
            return new Finding(ArchiveRules.TotalBytes, "", Text(limits.MaxTotalBytes), "> " + Text(limits.MaxTotalBytes));
        var ratio = plainBytes / Math.Max(packedBytes, 1);
        return plainBytes >= limits.RatioFromBytes && ratio > limits.MaxCompressionRatio
            ? new Finding(ArchiveRules.Ratio, "", Text(limits.MaxCompressionRatio), Text(ratio))
            : null;
    }

    private static FileStream CreateTemporary()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Join(Path.GetTempPath(), "preservation-" + Path.GetRandomFileName()), options);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
