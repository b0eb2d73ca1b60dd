using Microsoft.Extensions.Options;
using Preservation.Core.Digests;
using Preservation.Storage.Objects;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Staging;

/// <summary>
/// Where uploads wait for a worker: a folder on storage that survives the node. A key exists only when its bytes are complete
/// and forced to the medium.
/// </summary>
public sealed class StagingArea
{
    private readonly string _root;
    private readonly long _maxBytes;
    private readonly WorkTrace _trace;

    /// <summary>Opens, and if need be makes, the folder.</summary>
    public StagingArea(IOptions<PreservationOptions> options, WorkTrace trace)
    {
        ArgumentNullException.ThrowIfNull(options);
        _trace = trace;
        _root = Path.GetFullPath(options.Value.Staging.Path);
        _maxBytes = options.Value.Staging.MaxUploadBytes;
        Directory.CreateDirectory(Path.Join(_root, "incoming"));
        Directory.CreateDirectory(Path.Join(_root, "received"));
    }

    /// <summary>Streams an upload into staging and digests it on the way; returns its length and SHA-256.</summary>
    /// <exception cref="UploadTooLargeException">The upload is longer than allowed; nothing stays.</exception>
    /// <exception cref="IOException">Staging failed, or the sender went away; nothing stays.</exception>
    public async Task<ContentDigests> ReceiveAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        using var _ = _trace.Enter("staging.receive");
        var incoming = Path.Join(_root, "incoming", key);
        try
        {
            ContentDigests digests;
            await using (var file = new FileStream(incoming, new FileStreamOptions
                { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous }))
            {
                digests = await StreamDigest.CopyAsync(new CappedStream(content, _maxBytes), file, [DigestAlgorithm.Sha256], cancellationToken);
                file.Flush(flushToDisk: true);
            }
            File.Move(incoming, PathOf(key));
            PosixFiles.FlushFolder(Path.Join(_root, "received"));
            return digests;
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>Takes in a file of staging that is complete and forced to the medium, under a second name; a file system that makes no links costs a copy.</summary>
    /// <exception cref="IOException">Staging failed; nothing stays under the key.</exception>
    public async Task AdoptAsync(string path, string key, CancellationToken cancellationToken)
    {
        using var _ = _trace.Enter("staging.adopt");
        if (!IsLinked(path, PathOf(key)))
        {
            await using var content = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0, Options = FileOptions.Asynchronous });
            await ReceiveAsync(key, content, cancellationToken);
            return;
        }
        PosixFiles.FlushFolder(Path.Join(_root, "received"));
    }

    /// <summary>The file behind a key, for reading in place.</summary>
    public string PathOf(string key) => Path.Join(_root, "received", key);

    /// <summary>Removes a key; it may be gone already.</summary>
    public void Delete(string key) => File.Delete(PathOf(key));

    /// <summary>Keys that are complete, with the time they were finished.</summary>
    public IEnumerable<(string Key, DateTimeOffset At)> Keys() =>
        new DirectoryInfo(Path.Join(_root, "received")).EnumerateFiles().Select(f => (f.Name, new DateTimeOffset(f.LastWriteTimeUtc, TimeSpan.Zero)));

    private static bool IsLinked(string path, string added)
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            return PosixFiles.TryLink(path, added) ? true : throw new InvalidOperationException($"{added} is taken");
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Removes uploads that a dead process left unfinished before the instant.</summary>
    public int SweepIncoming(DateTimeOffset before)
    {
        var swept = 0;
        foreach (var file in new DirectoryInfo(Path.Join(_root, "incoming")).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc >= before.UtcDateTime) continue;
            file.Delete();
            swept++;
        }
        return swept;
    }
}
