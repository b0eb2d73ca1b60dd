using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;
using Preservation.Workflow.Staging;

namespace Preservation.Workflow.Uploads;

/// <summary>The folder of staging in which uploads grow: one file each, made with its first byte.</summary>
public sealed class UploadParts
{
    private const int WouldBlock = 11;
    private readonly string _folder;
    private readonly StagingArea _staging;

    /// <summary>Opens, and if need be makes, the folder.</summary>
    public UploadParts(IOptions<PreservationOptions> options, StagingArea staging)
    {
        ArgumentNullException.ThrowIfNull(options);
        _staging = staging;
        _folder = Path.Join(Path.GetFullPath(options.Value.Staging.Path), "uploads");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Bytes in staging, proven or not; 0 when nothing came yet.</summary>
    public long BytesOf(Guid id) => new FileInfo(PathOf(id)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Opens an upload's bytes for writing; null while another request, here or in another process, has them.</summary>
    /// <exception cref="IOException">Staging failed.</exception>
    public UploadPart? TryOpen(Guid id)
    {
        try
        {
            return new UploadPart(new FileStream(PathOf(id), new FileStreamOptions
                { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous }), _folder);
        }
        catch (IOException e) when (e.HResult == WouldBlock || (OperatingSystem.IsWindows() && (e.HResult & 0xFFFF) == 32))
        {
            return null;
        }
    }

    /// <summary>
    /// Gives the bytes of a complete upload a second name, that of a submission. The first goes when the catalogue knows of the submission, so that a crash between loses nothing.
    /// </summary>
    /// <param name="part">Complete and flushed.</param>
    /// <param name="key">Of the submission.</param>
    /// <param name="now">So old they are for the sweeper: bytes that came days ago must not look left behind.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">Staging failed.</exception>
    public async Task ReceiveAsync(UploadPart part, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        File.SetLastWriteTimeUtc(PathOf(part.Id), now.UtcDateTime);
        await _staging.AdoptAsync(PathOf(part.Id), key, cancellationToken);
    }

    /// <summary>Uploads with bytes here, with the time of the last byte.</summary>
    public IEnumerable<(Guid Id, DateTimeOffset At)> All() =>
        from file in new DirectoryInfo(_folder).EnumerateFiles()
        where Guid.TryParseExact(file.Name, "N", out _)
        select (Guid.ParseExact(file.Name, "N"), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));

    private string PathOf(Guid id) => Path.Join(_folder, id.ToString("N"));
}
