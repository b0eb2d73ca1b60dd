using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Preservation.Storage.Objects;

/// <summary>Retention and legal hold of versions. What a lock is worth is told by reading it back, and by <see cref="S3Probe"/>: some servers answer 200 and delete all the same.</summary>
internal sealed class S3Locks(AmazonS3Client client, string bucket)
{
    /// <summary>The version an answer names; null where the bucket keeps none.</summary>
    public static string? VersionOf(string? versionId) => versionId is null or "" or "null" ? null : versionId;

    public async Task<ObjectLock?> ReadAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        try
        {
            var head = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key, VersionId = versionId }, cancellationToken).ConfigureAwait(false);
            var version = versionId ?? VersionOf(head.VersionId) ?? throw new LockNotKeptException(key, "the bucket keeps no versions");
            return new ObjectLock(version, await RetentionAsync(key, version, cancellationToken).ConfigureAwait(false), await IsHeldAsync(key, version, cancellationToken).ConfigureAwait(false));
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    public async Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var wanted = until.ToUniversalTime().AddTicks(-(until.Ticks % TimeSpan.TicksPerSecond));
        var version = versionId ?? await CurrentAsync(key, cancellationToken).ConfigureAwait(false);
        if (await RetentionAsync(key, version, cancellationToken).ConfigureAwait(false) is { } already && already >= wanted)
            return new ObjectLock(version, already, await IsHeldAsync(key, version, cancellationToken).ConfigureAwait(false));
        await client.PutObjectRetentionAsync(new PutObjectRetentionRequest
        {
            BucketName = bucket, Key = key, VersionId = version, Retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Compliance, RetainUntilDate = wanted.UtcDateTime },
        }, cancellationToken).ConfigureAwait(false);
        var kept = await RetentionAsync(key, version, cancellationToken).ConfigureAwait(false);
        if (kept is null || kept < wanted) throw new LockNotKeptException(key, $"retained until {kept:O}, asked for {wanted:O}");
        return new ObjectLock(version, kept, await IsHeldAsync(key, version, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken)
    {
        var version = versionId ?? await CurrentAsync(key, cancellationToken).ConfigureAwait(false);
        await client.PutObjectLegalHoldAsync(new PutObjectLegalHoldRequest
        {
            BucketName = bucket, Key = key, VersionId = version, LegalHold = new ObjectLockLegalHold { Status = isHeld ? ObjectLockLegalHoldStatus.On : ObjectLockLegalHoldStatus.Off },
        }, cancellationToken).ConfigureAwait(false);
        if (await IsHeldAsync(key, version, cancellationToken).ConfigureAwait(false) != isHeld) throw new LockNotKeptException(key, isHeld ? "the legal hold is not there" : "the legal hold is still there");
        return new ObjectLock(version, await RetentionAsync(key, version, cancellationToken).ConfigureAwait(false), isHeld);
    }

    private async Task<string> CurrentAsync(string key, CancellationToken cancellationToken)
    {
        var head = await client.GetObjectMetadataAsync(bucket, key, cancellationToken).ConfigureAwait(false);
        return VersionOf(head.VersionId) ?? throw new LockNotKeptException(key, "the bucket keeps no versions");
    }

    private async Task<DateTimeOffset?> RetentionAsync(string key, string version, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.GetObjectRetentionAsync(new GetObjectRetentionRequest { BucketName = bucket, Key = key, VersionId = version }, cancellationToken).ConfigureAwait(false);
            // Retention that a header can pass by (GOVERNANCE) keeps nobody with our keys from deleting.
            return answer.Retention is { RetainUntilDate: { } until } retention && retention.Mode == ObjectLockRetentionMode.Compliance
                ? new DateTimeOffset(until.ToUniversalTime()).AddTicks(-(until.Ticks % TimeSpan.TicksPerSecond)) : null;
        }
        catch (AmazonS3Exception e) when (IsUnlocked(e))
        {
            return null;
        }
    }

    private async Task<bool> IsHeldAsync(string key, string version, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.GetObjectLegalHoldAsync(new GetObjectLegalHoldRequest { BucketName = bucket, Key = key, VersionId = version }, cancellationToken).ConfigureAwait(false);
            return answer.LegalHold?.Status == ObjectLockLegalHoldStatus.On;
        }
        catch (AmazonS3Exception e) when (IsUnlocked(e))
        {
            return false;
        }
    }

    // A version without a lock, and a bucket that knows none.
    private static bool IsUnlocked(AmazonS3Exception e) =>
        e.ErrorCode is "NoSuchObjectLockConfiguration" or "ObjectLockConfigurationNotFoundError" or "InvalidRequest" or "NotImplemented" || (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is not ("NoSuchKey" or "NoSuchVersion" or "NoSuchBucket"));
}
