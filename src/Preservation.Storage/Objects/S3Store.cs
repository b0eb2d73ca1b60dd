using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Preservation.Storage.Objects;

/// <summary>
/// A bucket of any S3-compatible service. Nothing the service says about integrity is relied on: checksum headers are
/// ignored by some servers, an ETag is no digest. Conditions travel on PutObject only, because servers overlook them on
/// CompleteMultipartUpload.
/// </summary>
public sealed class S3Store : IObjectStore
{
    private const long MaxSinglePutBytes = 5L << 30;
    private const int MaxParts = 10_000;
    private readonly AmazonS3Client _client;
    private readonly S3StoreOptions _options;

    // Ceph compares If-Match with the bare value, others take both forms: bare until a probe shows otherwise.
    private bool _quotesETags;

    /// <summary>Opens nothing yet; call <see cref="ProbeAsync"/> before relying on conditions.</summary>
    public S3Store(S3StoreOptions options) : this(options, onTheWire: null)
    {
    }

    /// <param name="options">Where the bucket is.</param>
    /// <param name="onTheWire">Sees every request last before the network; null outside tests.</param>
    internal S3Store(S3StoreOptions options, DelegatingHandler? onTheWire)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
        {
            ServiceURL = options.Endpoint.ToString(),
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = options.Timeout,
            MaxErrorRetry = 3,
            HttpClientFactory = onTheWire is null ? null : new WatchedClients(onTheWire),
        });
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public StoreCapabilities Capabilities { get; private set; } = new(ConditionalPut: true, MaxSinglePutBytes);

    /// <summary>
    /// Tries conditional puts on a key of its own and corrects <see cref="Capabilities"/>: some servers answer 200 and
    /// overwrite.
    /// </summary>
    public async Task ProbeAsync(string prefix, CancellationToken cancellationToken)
    {
        var key = prefix + "probe-" + Path.GetRandomFileName();
        var isHonoured = false;
        try
        {
            var first = await PutBytesAsync(key, "1"u8.ToArray(), PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false);
            isHonoured = await IsRefusedAsync(key, PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false)
                && await AcceptsAsync(key, first.ETag, cancellationToken).ConfigureAwait(false)
                && await IsRefusedAsync(key, PutCondition.OnlyIfUnchanged(first.ETag), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DeleteAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
        Capabilities = new StoreCapabilities(isHonoured, isHonoured ? MaxSinglePutBytes : 0);
    }

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(
        string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        if (condition is not PutCondition.AnyState && length > MaxSinglePutBytes)
            throw new ArgumentOutOfRangeException(nameof(length), length, "too long for one conditional request");
        if (length > _options.PartSizeBytes && condition is PutCondition.AnyState)
            return await S3Errors.MapAsync(key, () => PutPartsAsync(key, content, length, cancellationToken)).ConfigureAwait(false);
        if (length > _options.PartSizeBytes) return await PutStreamAsync(key, content, length, condition, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, 1));
        try
        {
            await ExactLength.ReadAsync(content, buffer.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
            await ExactLength.EndAsync(content, cancellationToken).ConfigureAwait(false);
            using var body = new MemoryStream(buffer, 0, (int)length, writable: false);
            return await PutStreamAsync(key, body, length, condition, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, async Task<StoredObject?> () =>
        {
            try
            {
                var answer = await _client.GetObjectMetadataAsync(_options.Bucket, key, cancellationToken).ConfigureAwait(false);
                return new StoredObject(key, answer.ContentLength, answer.ETag);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
            {
                return null;
            }
        });
    }

    /// <inheritdoc/>
    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, async () =>
        {
            var request = new GetObjectRequest
            {
                BucketName = _options.Bucket,
                Key = key,
                // Without a range the client compares MD5 with the ETag by itself and throws within the last read; what is
                // stored must come out as it is, for the digest to be told.
                ByteRange = range is null ? new Amazon.S3.Model.ByteRange("bytes=0-") : new Amazon.S3.Model.ByteRange(range.Start, checked(range.Start + range.Length - 1)),
            };
            try
            {
                var answer = await _client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
                return new ObjectContent(new StoredObject(key, TotalOf(answer), answer.ETag), new S3ReadStream(answer));
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                var found = await HeadAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new ObjectNotFoundException(key, e);
                return new ObjectContent(found, Stream.Null); // empty, or the range begins at its end
            }
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix };
        while (true)
        {
            var page = await S3Errors.MapAsync(prefix, () => _client.ListObjectsV2Async(request, cancellationToken)).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? []) yield return new StoredObject(found.Key, found.Size ?? 0, found.ETag);
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, () => _client.DeleteObjectAsync(_options.Bucket, key, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken)
    {
        var removed = 0;
        var request = new ListMultipartUploadsRequest { BucketName = _options.Bucket };
        while (true)
        {
            var page = await S3Errors.MapAsync(_options.Bucket, () => _client.ListMultipartUploadsAsync(request, cancellationToken)).ConfigureAwait(false);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                if (upload.Initiated is not { } initiated || initiated.ToUniversalTime() >= startedBefore.UtcDateTime) continue;
                await S3Errors.MapAsync(upload.Key, () => _client.AbortMultipartUploadAsync(_options.Bucket, upload.Key, upload.UploadId, cancellationToken)).ConfigureAwait(false);
                removed++;
            }
            if (page.IsTruncated != true) return removed;
            request.KeyMarker = page.NextKeyMarker;
            request.UploadIdMarker = page.NextUploadIdMarker;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<StoredObject> PutStreamAsync(string key, Stream body, long length, PutCondition condition, CancellationToken cancellationToken) =>
        S3Errors.MapAsync(key, async () =>
        {
            var request = new PutObjectRequest { BucketName = _options.Bucket, Key = key, InputStream = body, AutoCloseStream = false };
            request.Headers.ContentLength = length;
            if (condition is PutCondition.Absent) request.IfNoneMatch = "*";
            if (condition is PutCondition.Unchanged unchanged) request.IfMatch = _quotesETags ? unchanged.ETag : unchanged.ETag.Trim('"');
            try
            {
                var answer = await _client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
                return new StoredObject(key, length, answer.ETag);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && condition is PutCondition.Unchanged)
            {
                throw new PreconditionFailedException(key, e); // nothing there to be unchanged
            }
        });

    // One part is on its way while the next is read: two buffers, whatever the length.
    private async Task<StoredObject> PutPartsAsync(string key, Stream content, long length, CancellationToken cancellationToken)
    {
        var partSize = (int)Math.Max(_options.PartSizeBytes, (length + MaxParts - 1) / MaxParts);
        var upload = await _client.InitiateMultipartUploadAsync(_options.Bucket, key, cancellationToken).ConfigureAwait(false);
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(partSize), ArrayPool<byte>.Shared.Rent(partSize)];
        var sending = Task.FromResult<PartETag?>(null);
        try
        {
            var parts = new List<PartETag>();
            for (var (at, number) = (0L, 1); at < length; number++)
            {
                var part = buffers[number % 2].AsMemory(0, (int)Math.Min(partSize, length - at));
                at += part.Length;
                await ExactLength.ReadAsync(content, part, cancellationToken).ConfigureAwait(false);
                if (at == length) await ExactLength.EndAsync(content, cancellationToken).ConfigureAwait(false);
                if (await sending.ConfigureAwait(false) is { } sent) parts.Add(sent);
                sending = SendPartAsync(upload, number, buffers[number % 2], part.Length, cancellationToken);
            }
            parts.Add((await sending.ConfigureAwait(false))!);
            var done = await _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = _options.Bucket, Key = key, UploadId = upload.UploadId, PartETags = parts,
            }, cancellationToken).ConfigureAwait(false);
            return new StoredObject(key, length, done.ETag);
        }
        catch
        {
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await AbortAsync(upload).ConfigureAwait(false);
            throw;
        }
        finally
        {
            foreach (var buffer in buffers) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<PartETag?> SendPartAsync(InitiateMultipartUploadResponse upload, int number, byte[] buffer, int count, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(buffer, 0, count, writable: false);
        var answer = await _client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = _options.Bucket, Key = upload.Key, UploadId = upload.UploadId, PartNumber = number, PartSize = count, InputStream = body,
        }, cancellationToken).ConfigureAwait(false);
        return new PartETag(number, answer.ETag);
    }

    // Best effort: the bucket's lifecycle rule removes what a failed abort leaves, and no reader ever sees it.
    private async Task AbortAsync(InitiateMultipartUploadResponse upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_options.Bucket, upload.Key, upload.UploadId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            // the first failure is the one to tell
        }
    }

    private async Task<StoredObject> PutBytesAsync(string key, byte[] bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, writable: false);
        return await PutAsync(key, body, bytes.Length, condition, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AcceptsAsync(string key, string etag, CancellationToken cancellationToken)
    {
        foreach (var quotes in (bool[])[false, true])
        {
            _quotesETags = quotes;
            if (!await IsRefusedAsync(key, PutCondition.OnlyIfUnchanged(etag), cancellationToken).ConfigureAwait(false)) return true;
        }
        return false;
    }

    private async Task<bool> IsRefusedAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            await PutBytesAsync(key, "2"u8.ToArray(), condition, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (PreconditionFailedException)
        {
            return true;
        }
    }

    private static long TotalOf(GetObjectResponse answer)
    {
        var slash = answer.ContentRange?.LastIndexOf('/') ?? -1;
        return slash >= 0 && long.TryParse(answer.ContentRange.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture, out var total)
            ? total : answer.ContentLength;
    }
}
