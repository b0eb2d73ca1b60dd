using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace Preservation.Storage.Objects;

/// <summary>Tells the client library's exceptions in the store's own terms.</summary>
internal static class S3Errors
{
    public static async Task<T> MapAsync<T>(string key, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (Map(key, e) is { } mapped)
        {
            throw mapped;
        }
    }

    /// <summary>The exception to throw instead; null when it is none of the client's or the network's.</summary>
    public static Exception? Map(string key, Exception e) => e switch
    {
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } => new PreconditionFailedException(key, e),
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: "NoSuchBucket" } => new StoreUnavailableException("the bucket does not exist", e),
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } => new ObjectNotFoundException(key, e),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => new UnauthorizedAccessException($"the store refuses access to {key}", e),
        AmazonServiceException service => new StoreUnavailableException($"the store answered {(int)service.StatusCode} {service.ErrorCode} for {key}", e),
        AmazonClientException { InnerException: InvalidDataException content } => content,
        AmazonClientException or HttpRequestException or TimeoutException => new StoreUnavailableException($"the store could not be reached for {key}", e),
        StoreUnavailableException or ObjectNotFoundException or PreconditionFailedException => null,
        IOException when e.GetType() != typeof(IOException) => null,
        IOException => new StoreUnavailableException($"the connection failed for {key}", e),
        TaskCanceledException { InnerException: TimeoutException } => new StoreUnavailableException($"the store was too slow for {key}", e),
        _ => null,
    };
}
