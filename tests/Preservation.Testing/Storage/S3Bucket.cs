using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Preservation.Storage.Objects;

namespace Preservation.Testing.Storage;

/// <summary>The bucket for tests on the server that S3_ENDPOINT and its companions name (deploy/lib/s3.sh env).</summary>
public static class S3Bucket
{
    /// <summary>Its name.</summary>
    public const string Bucket = "preservation-tests";

    /// <summary>A bucket with object lock.</summary>
    public const string Lockable = "preservation-tests-lockable";

    public static S3StoreOptions Options()
    {
        string Value(string name)
        {
            var value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrEmpty(value)) Prerequisite.Missing(name + " is not set");
            return value!;
        }

        return new S3StoreOptions
        {
            Name = "s3", Endpoint = new Uri(Value("S3_ENDPOINT")), Region = Value("S3_REGION"), Bucket = Bucket,
            AccessKey = Value("S3_ACCESS_KEY"), SecretKey = Value("S3_SECRET_KEY"), PartSizeBytes = 5 * 1024 * 1024,
        };
    }

    public static async Task<S3Store> OpenAsync()
    {
        using var client = Client();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = Bucket });
        return new S3Store(Options());
    }

    /// <summary>A bucket whose versions can be locked.</summary>
    public static async Task<S3Store> OpenLockableAsync()
    {
        using var client = Client();
        try
        {
            await client.PutBucketAsync(new PutBucketRequest { BucketName = Lockable, ObjectLockEnabledForBucket = true });
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
        {
            // from an earlier run
        }
        return new S3Store(Options() with { Bucket = Lockable });
    }

    /// <summary>For what the store does not do.</summary>
    public static AmazonS3Client Client()
    {
        var options = Options();
        return new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
        {
            ServiceURL = options.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = options.Region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
    }
}
