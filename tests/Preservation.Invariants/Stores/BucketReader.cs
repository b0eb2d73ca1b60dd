using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Preservation.Invariants.Stores;

/// <summary>A store in a bucket of an S3 server.</summary>
internal sealed class BucketReader(StoreSettings settings) : StoreReader
{
    private readonly AmazonS3Client _client = new(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), new AmazonS3Config
    {
        ServiceURL = settings.Endpoint, AuthenticationRegion = settings.Region, ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    public override async IAsyncEnumerable<string> ListAsync()
    {
        var request = new ListObjectsV2Request { BucketName = settings.Bucket };
        ListObjectsV2Response page;
        do
        {
            page = await _client.ListObjectsV2Async(request);
            foreach (var item in page.S3Objects ?? []) yield return item.Key;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task<Stream> OpenAsync(string key) => (await _client.GetObjectAsync(settings.Bucket, key)).ResponseStream;

    // The client compares MD5 with the ETag by itself and throws within the last read: by then every byte was handed over.
    protected override async ValueTask<int> ReadPieceAsync(Stream stream, byte[] buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer);
        }
        catch (AmazonClientException e) when (e.Message.Contains("hash", StringComparison.Ordinal))
        {
            return 0;
        }
    }
}
