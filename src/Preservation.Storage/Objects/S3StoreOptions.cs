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
    public int PartSizeBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time for one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
