using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace Preservation.Storage.Objects;

/// <summary>Tries on a bucket what its server says it can do: wrong checksums, versions, and deleting what is locked with everything that our keys can ask for.</summary>
internal sealed class S3Probe(AmazonS3Client client, string bucket, S3Locks locks)
{
    // Long enough for a clock that is a little off, short enough for the next probe to clean up.
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeftAfter = TimeSpan.FromHours(1);
    private static readonly byte[] Content = "probe"u8.ToArray();

    public async Task<IReadOnlyList<ProbedCapability>> RunAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await CleanAsync(prefix, now - LeftAfter, cancellationToken).ConfigureAwait(false);
        var key = prefix + "object-" + Path.GetRandomFileName();
        var results = new List<ProbedCapability>
        {
            await ChecksumAsync(StoreCapability.ContentMd5, key, cancellationToken).ConfigureAwait(false),
            await ChecksumAsync(StoreCapability.ChecksumSha256, key, cancellationToken).ConfigureAwait(false),
        };
        var versioning = await VersioningAsync(key, cancellationToken).ConfigureAwait(false);
        results.Add(versioning);
        StoreCapability[] rest = [StoreCapability.RetentionLock, StoreCapability.LegalHold, StoreCapability.MultipartLock, StoreCapability.MultipartLockAtStart];
        if (versioning.Standing != CapabilityStanding.Proven)
        {
            results.AddRange(rest.Select(c => new ProbedCapability(c, CapabilityStanding.Absent, "the bucket keeps no versions that could be locked")));
            await RemoveAsync(key, null, cancellationToken).ConfigureAwait(false);
            return results;
        }
        foreach (var capability in rest) results.Add(await LockAsync(capability, $"{key}-{capability}", now + Retention, cancellationToken).ConfigureAwait(false));
        await RemoveVersionsAsync(key, cancellationToken).ConfigureAwait(false);
        return results;
    }

    private async Task<ProbedCapability> ChecksumAsync(StoreCapability capability, string key, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(Content, writable: false);
        var request = new PutObjectRequest { BucketName = bucket, Key = key, InputStream = body, AutoCloseStream = false };
        if (capability == StoreCapability.ChecksumSha256) request.ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData("other"u8));
#pragma warning disable CA5351 // the header is MD5 by definition; nothing rests on it
        else request.MD5Digest = Convert.ToBase64String(MD5.HashData("other"u8));
#pragma warning restore CA5351
        try
        {
            await client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return new ProbedCapability(capability, CapabilityStanding.Pretended, "an object with a wrong checksum was taken");
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.BadRequest)
        {
            return new ProbedCapability(capability, CapabilityStanding.Proven, $"a wrong checksum was refused: {Answer(e)}");
        }
        catch (AmazonS3Exception e) when (IsRefusal(e))
        {
            return new ProbedCapability(capability, CapabilityStanding.Absent, Answer(e));
        }
    }

    private async Task<ProbedCapability> VersioningAsync(string key, CancellationToken cancellationToken)
    {
        var first = await PutAsync(key, Content, cancellationToken).ConfigureAwait(false);
        await PutAsync(key, "after"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        if (first is null) return new ProbedCapability(StoreCapability.Versioning, CapabilityStanding.Absent, "a put names no version");
        return await IsThereAsync(key, first, cancellationToken).ConfigureAwait(false)
            ? new ProbedCapability(StoreCapability.Versioning, CapabilityStanding.Proven, "what was replaced is still there by its version")
            : new ProbedCapability(StoreCapability.Versioning, CapabilityStanding.Pretended, "a put named a version that is gone after the next put");
    }

    private async Task<ProbedCapability> LockAsync(StoreCapability capability, string key, DateTimeOffset until, CancellationToken cancellationToken)
    {
        string? version = null;
        try
        {
            var asked = capability == StoreCapability.MultipartLockAtStart ? until : (DateTimeOffset?)null;
            version = capability is StoreCapability.MultipartLock or StoreCapability.MultipartLockAtStart
                ? await PutPartsAsync(key, asked, cancellationToken).ConfigureAwait(false) : await PutAsync(key, Content, cancellationToken).ConfigureAwait(false);
            if (version is null) return new ProbedCapability(capability, CapabilityStanding.Pretended, "the put names no version");
            if (capability == StoreCapability.LegalHold) await locks.HoldAsync(key, version, isHeld: true, cancellationToken).ConfigureAwait(false);
            else if (asked is null) await locks.RetainAsync(key, version, until, cancellationToken).ConfigureAwait(false);
            if (await BreakAsync(capability, key, version, until, cancellationToken).ConfigureAwait(false) is { } broken) return new ProbedCapability(capability, CapabilityStanding.Pretended, broken);
            if (capability != StoreCapability.LegalHold) return new ProbedCapability(capability, CapabilityStanding.Proven, "deleting the locked version, passing the lock by and shortening it were refused");
            await locks.HoldAsync(key, version, isHeld: false, cancellationToken).ConfigureAwait(false);
            return await IsRemovedAsync(key, version, bypass: false, cancellationToken).ConfigureAwait(false)
                ? new ProbedCapability(capability, CapabilityStanding.Proven, "the held version could not be deleted until the hold was lifted")
                : new ProbedCapability(capability, CapabilityStanding.Pretended, "the version cannot be deleted after the hold was lifted");
        }
        catch (LockNotKeptException e)
        {
            return new ProbedCapability(capability, CapabilityStanding.Pretended, e.Message);
        }
        catch (AmazonS3Exception e) when (IsRefusal(e))
        {
            return new ProbedCapability(capability, CapabilityStanding.Absent, Answer(e));
        }
        finally
        {
            // What is locked stays until the lock ends: the next probe takes it.
            if (version is not null) await IsRemovedAsync(key, version, bypass: false, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Tries to get at a locked version with all that our keys may ask for. What succeeded; null when nothing did.</summary>
    private async Task<string?> BreakAsync(StoreCapability capability, string key, string version, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (var bypass in (bool[])[false, true])
            if (await IsRemovedAsync(key, version, bypass, cancellationToken).ConfigureAwait(false) || !await IsThereAsync(key, version, cancellationToken).ConfigureAwait(false))
                return bypass ? "the locked version was deleted by passing the lock by" : "the locked version was deleted";
        await PutAsync(key, "over"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await RemoveAsync(key, null, cancellationToken).ConfigureAwait(false);
        if (!await IsThereAsync(key, version, cancellationToken).ConfigureAwait(false)) return "the locked version is gone after the key was overwritten and deleted";
        if (capability == StoreCapability.LegalHold) return null;
        try
        {
            await client.PutObjectRetentionAsync(new PutObjectRetentionRequest
            {
                BucketName = bucket, Key = key, VersionId = version, BypassGovernanceRetention = true,
                Retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Compliance, RetainUntilDate = (until - (Retention / 2)).UtcDateTime },
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (IsRefusal(e))
        {
            return null;
        }
        return await locks.ReadAsync(key, version, cancellationToken).ConfigureAwait(false) is { RetainedUntil: { } now } && now >= until.AddSeconds(-1) ? null : "the retention was shortened";
    }

    private async Task<string?> PutAsync(string key, byte[] bytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, writable: false);
        var answer = await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = body, AutoCloseStream = false }, cancellationToken).ConfigureAwait(false);
        return S3Locks.VersionOf(answer.VersionId);
    }

    private async Task<string?> PutPartsAsync(string key, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key };
        if (until is { } end) (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, end.UtcDateTime);
        var upload = await client.InitiateMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false);
        using var body = new MemoryStream(Content, writable: false);
        var part = await client.UploadPartAsync(new UploadPartRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartNumber = 1, PartSize = Content.Length, InputStream = body }, cancellationToken).ConfigureAwait(false);
        var done = await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartETags = [new PartETag(1, part.ETag)] }, cancellationToken).ConfigureAwait(false);
        if (S3Locks.VersionOf(done.VersionId) is { } version) return version;
        var head = await client.GetObjectMetadataAsync(bucket, key, cancellationToken).ConfigureAwait(false);
        return S3Locks.VersionOf(head.VersionId);
    }

    private async Task<bool> IsThereAsync(string key, string version, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, VersionId = version, ByteRange = new Amazon.S3.Model.ByteRange("bytes=0-") }, cancellationToken).ConfigureAwait(false);
            using var bytes = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray().AsSpan().SequenceEqual(Content);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<bool> IsRemovedAsync(string key, string version, bool bypass, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key, VersionId = version, BypassGovernanceRetention = bypass }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception e) when (IsRefusal(e))
        {
            return false;
        }
    }

    private Task<DeleteObjectResponse> RemoveAsync(string key, string? version, CancellationToken cancellationToken) =>
        client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key, VersionId = version }, cancellationToken);

    private async Task RemoveVersionsAsync(string key, CancellationToken cancellationToken)
    {
        var page = await client.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, Prefix = key }, cancellationToken).ConfigureAwait(false);
        foreach (var found in (page.Versions ?? []).Where(v => v.Key == key)) await IsRemovedAsync(key, found.VersionId, bypass: false, cancellationToken).ConfigureAwait(false);
    }

    // What earlier probes left, each by its exact key and version; one page is enough, since every probe does it.
    private async Task CleanAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var page = await client.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, Prefix = prefix }, cancellationToken).ConfigureAwait(false);
        foreach (var found in page.Versions ?? [])
            if (found.LastModified is { } at && at.ToUniversalTime() < before.UtcDateTime) await IsRemovedAsync(found.Key, found.VersionId, bypass: false, cancellationToken).ConfigureAwait(false);
    }

    // A server in trouble says nothing of what it can do.
    private static bool IsRefusal(AmazonS3Exception e) => (int)e.StatusCode is >= 400 and < 500 and not 404 and not 408 and not 429 || e.StatusCode == HttpStatusCode.NotImplemented
        || e.ErrorCode is "ObjectLockConfigurationNotFoundError" or "NoSuchObjectLockConfiguration";

    private static string Answer(AmazonS3Exception e) => new StringBuilder().Append(CultureInfo.InvariantCulture, $"{(int)e.StatusCode} {e.ErrorCode}").ToString();
}
