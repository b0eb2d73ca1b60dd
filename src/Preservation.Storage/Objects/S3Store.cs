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
    private readonly AmazonS3Client _client;
    private readonly S3StoreOptions _options;
    private readonly S3Locks _locks;
    private readonly SemaphoreSlim _trying = new(1);
    private bool? _honoursConditions;

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
        _locks = new S3Locks(_client, options.Bucket);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public StoreCapabilities Capabilities { get; private set; } = new(ConditionalPut: true, MaxSinglePutBytes);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var condition = await ProbeConditionAsync(prefix, cancellationToken).ConfigureAwait(false);
        return [condition, .. await S3Errors.MapAsync(prefix, () => new S3Probe(_client, _options.Bucket, _locks).RunAsync(prefix, now, cancellationToken)).ConfigureAwait(false)];
    }

    /// <inheritdoc/>
    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, () => _locks.ReadAsync(key, versionId, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, () => _locks.RetainAsync(key, versionId, until, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        return S3Errors.MapAsync(key, () => _locks.HoldAsync(key, versionId, isHeld, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(
        string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        if (condition is PutCondition.AnyState || _options.Exclusive is null || await HonoursConditionsAsync(cancellationToken).ConfigureAwait(false))
            return await PutAsItIsAsync(key, content, length, condition, cancellationToken).ConfigureAwait(false);
        var alone = await _options.Exclusive(key, cancellationToken).ConfigureAwait(false);
        await using (alone.ConfigureAwait(false))
        {
            var found = await HeadAsync(key, cancellationToken).ConfigureAwait(false);
            if (condition is PutCondition.Absent ? found is not null : found?.ETag != ((PutCondition.Unchanged)condition).ETag) throw new PreconditionFailedException(key);
            return await PutAsItIsAsync(key, content, length, PutCondition.Any, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<StoredObject> PutAsItIsAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        if (condition is not PutCondition.AnyState && length > MaxSinglePutBytes)
            throw new ArgumentOutOfRangeException(nameof(length), length, "too long for one conditional request");
        if (length > _options.PartSizeBytes && condition is PutCondition.AnyState)
            return await S3Errors.MapAsync(key, () => new S3Parts(_client, _options).PutAsync(key, content, length, cancellationToken)).ConfigureAwait(false);
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
                return new StoredObject(key, answer.ContentLength, answer.ETag) { VersionId = S3Locks.VersionOf(answer.VersionId) };
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
                return new ObjectContent(new StoredObject(key, TotalOf(answer), answer.ETag) { VersionId = S3Locks.VersionOf(answer.VersionId) }, new S3ReadStream(answer));
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                var found = await HeadAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new ObjectNotFoundException(key, e);
                return new ObjectContent(found, Stream.Null); // empty, or the range begins at its end
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "InvalidObjectState")
            {
                throw new ObjectAsleepException(key, await WakeAsync(key, cancellationToken).ConfigureAwait(false), e);
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
    public async Task<ObjectLock?> EraseAsync(string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        var versions = await VersionsAsync(key, cancellationToken).ConfigureAwait(false);
        foreach (var version in versions.Where(v => v.IsDeleteMarker != true && S3Locks.VersionOf(v.VersionId) is not null))
            if (await S3Errors.MapAsync(key, () => _locks.ReadAsync(key, version.VersionId, cancellationToken)).ConfigureAwait(false) is { } found && (found.IsHeld || found.RetainedUntil > now)) return found;
        // The newest last: an older one must not come to light when this is interrupted.
        foreach (var version in Enumerable.Reverse(versions))
            await S3Errors.MapAsync(key, () => _client.DeleteObjectAsync(_options.Bucket, key, version.VersionId, cancellationToken)).ConfigureAwait(false);
        return null;
    }

    // Those of exactly this key stand before those of keys that begin with it.
    private async Task<List<S3ObjectVersion>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        var versions = new List<S3ObjectVersion>();
        var request = new ListVersionsRequest { BucketName = _options.Bucket, Prefix = key };
        while (true)
        {
            var page = await S3Errors.MapAsync(key, () => _client.ListVersionsAsync(request, cancellationToken)).ConfigureAwait(false);
            var found = page.Versions ?? [];
            versions.AddRange(found.Where(v => v.Key == key));
            if (page.IsTruncated != true || found.Any(v => string.CompareOrdinal(v.Key, key) > 0)) return versions;
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
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
        _trying.Dispose();
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
                return new StoredObject(key, length, answer.ETag) { VersionId = S3Locks.VersionOf(answer.VersionId) };
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && condition is PutCondition.Unchanged)
            {
                throw new PreconditionFailedException(key, e); // nothing there to be unchanged
            }
        });

    // In bulk: nobody who reads waits for it, and it is the cheapest.
    private async Task<bool> WakeAsync(string key, CancellationToken cancellationToken)
    {
        if (_options.WakeDays == 0) return false;
        try
        {
            await _client.RestoreObjectAsync(new RestoreObjectRequest { BucketName = _options.Bucket, Key = key, Days = _options.WakeDays, RetrievalTier = GlacierJobTier.Bulk }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "RestoreAlreadyInProgress")
        {
            // asked for before
        }
        return true;
    }

    private async Task<bool> HonoursConditionsAsync(CancellationToken cancellationToken)
    {
        if (_honoursConditions is { } known) return known;
        await _trying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_honoursConditions is null) await ProbeConditionAsync("probe/", cancellationToken).ConfigureAwait(false);
            return _honoursConditions!.Value;
        }
        finally
        {
            _trying.Release();
        }
    }

    // How a server wants an ETag in If-Match is found by trying both forms.
    private async Task<ProbedCapability> ProbeConditionAsync(string prefix, CancellationToken cancellationToken)
    {
        var probed = await ConditionProbe.RunAsync(PutBareAsync, DeleteAsync, prefix, cancellationToken).ConfigureAwait(false);
        if (probed.Standing == CapabilityStanding.Absent)
        {
            _quotesETags = true;
            probed = await ConditionProbe.RunAsync(PutBareAsync, DeleteAsync, prefix, cancellationToken).ConfigureAwait(false);
            if (probed.Standing != CapabilityStanding.Proven) _quotesETags = false;
        }
        _honoursConditions = probed.Standing == CapabilityStanding.Proven;
        var isConditional = _honoursConditions.Value || _options.Exclusive is not null;
        Capabilities = new StoreCapabilities(isConditional, isConditional ? MaxSinglePutBytes : 0);
        return probed;
    }

    private Task<StoredObject> PutBareAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) =>
        PutAsItIsAsync(key, content, content.Length, condition, cancellationToken);

    private static long TotalOf(GetObjectResponse answer)
    {
        var slash = answer.ContentRange?.LastIndexOf('/') ?? -1;
        return slash >= 0 && long.TryParse(answer.ContentRange.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture, out var total)
            ? total : answer.ContentLength;
    }
}
