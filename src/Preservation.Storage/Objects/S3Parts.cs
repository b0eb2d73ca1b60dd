using System.Buffers;
using System.Threading.Channels;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Preservation.Storage.Objects;

/// <summary>Sends an object in parts, several at once, with as many buffers as parts on their way and one more, whatever the length.</summary>
internal sealed class S3Parts(AmazonS3Client client, S3StoreOptions options)
{
    private const int MaxParts = 10_000;

    public async Task<StoredObject> PutAsync(string key, Stream content, long length, CancellationToken cancellationToken)
    {
        var partSize = (int)Math.Max(options.PartSizeBytes, (length + MaxParts - 1) / MaxParts);
        var upload = await client.InitiateMultipartUploadAsync(options.Bucket, key, cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = new List<Task<PartETag>>();
        try
        {
            await SendAllAsync(upload, content, length, partSize, sending, stop).ConfigureAwait(false);
            var done = await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = options.Bucket, Key = key, UploadId = upload.UploadId, PartETags = [.. await Task.WhenAll(sending).ConfigureAwait(false)],
            }, cancellationToken).ConfigureAwait(false);
            return new StoredObject(key, length, done.ETag) { VersionId = S3Locks.VersionOf(done.VersionId) };
        }
        catch (Exception e)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await AbortAsync(upload).ConfigureAwait(false);
            // A part that failed cancels the others: the failure is what is told, not the cancellation it caused.
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested && sending.Find(s => s.IsFaulted) is { } failed) await failed.ConfigureAwait(false);
            throw;
        }
    }

    private async Task SendAllAsync(InitiateMultipartUploadResponse upload, Stream content, long length, int partSize, List<Task<PartETag>> sending, CancellationTokenSource stop)
    {
        var buffers = Channel.CreateUnbounded<byte[]>();
        var rented = 0;
        try
        {
            for (var (at, number) = (0L, 1); at < length; number++)
            {
                if (!buffers.Reader.TryRead(out var buffer))
                {
                    if (rented <= options.PartsAtOnce)
                    {
                        buffer = ArrayPool<byte>.Shared.Rent(partSize);
                        rented++;
                    }
                    else buffer = await buffers.Reader.ReadAsync(stop.Token).ConfigureAwait(false);
                }
                var part = buffer.AsMemory(0, (int)Math.Min(partSize, length - at));
                at += part.Length;
                try
                {
                    await ExactLength.ReadAsync(content, part, stop.Token).ConfigureAwait(false);
                    if (at == length) await ExactLength.EndAsync(content, stop.Token).ConfigureAwait(false);
                }
                catch
                {
                    buffers.Writer.TryWrite(buffer);
                    throw;
                }
                sending.Add(SendAsync(upload, number, buffer, part.Length, buffers.Writer, stop));
            }
        }
        finally
        {
            // Each buffer comes back when its part has gone or failed; none is given to others before.
            await ((Task)Task.WhenAll(sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (buffers.Reader.TryRead(out var buffer)) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<PartETag> SendAsync(InitiateMultipartUploadResponse upload, int number, byte[] buffer, int count, ChannelWriter<byte[]> back, CancellationTokenSource stop)
    {
        try
        {
            using var body = new MemoryStream(buffer, 0, count, writable: false);
            var answer = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = options.Bucket, Key = upload.Key, UploadId = upload.UploadId, PartNumber = number, PartSize = count, InputStream = body,
            }, stop.Token).ConfigureAwait(false);
            return new PartETag(number, answer.ETag);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            back.TryWrite(buffer);
        }
    }

    // Best effort: the sweep removes what a failed abort leaves, and no reader ever sees it.
    private async Task AbortAsync(InitiateMultipartUploadResponse upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.UploadId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            // the first failure is the one to tell
        }
    }
}
