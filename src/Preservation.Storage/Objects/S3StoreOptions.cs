namespace Preservation.Storage.Objects;

/// <summary>Where a bucket is and how it is reached.</summary>
public sealed record S3StoreOptions
{
    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the service, for instance <c>https://s3.example.vn</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Region that requests are signed for.</summary>
    public required string Region { get; init; }

    /// <summary>The bucket; it must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>Access key.</summary>
    public required string AccessKey { get; init; }

    /// <summary>Secret key.</summary>
    public required string SecretKey { get; init; }

    /// <summary>Objects up to this size are sent in one request and held in memory meanwhile; larger ones in parts of it.</summary>
    public int PartSizeBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Parts of one object that are on their way at once; one more is held while it is read.</summary>
    public int PartsAtOnce { get; init; } = 3;

    /// <summary>Time for one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is read and lies in an archive tier is restored for so many days; 0: nothing is restored, as it costs money.</summary>
    public int WakeDays { get; init; }

    /// <summary>
    /// Makes its caller the only writer of a key until the result is disposed, across every process that writes to the bucket. Used around puts under a condition
    /// where the server does not honour conditions (Ceph does not in buckets that keep versions): whether the condition holds is looked up first then. Null: the
    /// server's word is taken.
    /// </summary>
    public Func<string, CancellationToken, Task<IAsyncDisposable>>? Exclusive { get; init; }
}
