using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;

namespace Preservation.Cli;

/// <summary>
/// Opens what a verb is pointed at: folder, zip, tar, tar.gz, or <c>s3://bucket/prefix</c> with the settings of the environment: AWS_ENDPOINT_URL,
/// AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY as
/// <c>deploy/lib/s3.sh</c> prints them.
/// </summary>
internal static class PackageSource
{
    private const string Scheme = "s3://";

    public static bool IsInStore(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    public static Task<(IFileTree? Tree, IReadOnlyList<Finding> Findings)> OpenAsync(string path, CancellationToken cancellationToken) =>
        IsInStore(path) ? OpenStoreAsync(path, cancellationToken) : FileTrees.OpenAsync(path, Limits.Default, cancellationToken);

    /// <summary>Length of one file, here or in a bucket, and how to open it as often as needed.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static async Task<(long Bytes, Func<CancellationToken, Task<Stream>> OpenAsync)> FileAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsInStore(path)) return (new FileInfo(path).Length, _ => Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));
        var (bucket, key) = Parts(path);
        await using (var store = Open(bucket))
        {
            var found = (key.Length == 0 ? null : await store.HeadAsync(key, cancellationToken)) ?? throw new FileNotFoundException($"{path}: no such object", path);
            return (found.Bytes, token => OpenKeyAsync(bucket, key, token));
        }
    }

    // A file is opened a few times: each time with a connection of its own, which goes with the stream.
    private static async Task<Stream> OpenKeyAsync(string bucket, string key, CancellationToken cancellationToken) =>
        (await Open(bucket).OpenReadAsync(key, range: null, cancellationToken)).Stream;

    private static (string Bucket, string Key) Parts(string path)
    {
        var rest = path[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        if (bucket.Length == 0) throw new IOException($"{path} names no bucket");
        return (bucket, slash < 0 ? "" : rest[(slash + 1)..]);
    }

    private static async Task<(IFileTree? Tree, IReadOnlyList<Finding> Findings)> OpenStoreAsync(string path, CancellationToken cancellationToken)
    {
        var (bucket, key) = Parts(path);
        var prefix = key.TrimEnd('/');
        var tree = new StoreTree(Open(bucket), prefix.Length == 0 ? "" : prefix + "/", closesStore: true);
        try
        {
            // The rules that hold for the names in a folder hold for keys too.
            var index = await tree.IndexAsync(Limits.Default, cancellationToken);
            return index.Count > 0 ? (tree, index.Findings) : throw new FileNotFoundException($"{path}: no object has this prefix", path);
        }
        catch
        {
            await tree.DisposeAsync();
            throw;
        }
    }

    private static S3Store Open(string bucket) => new(new S3StoreOptions
    {
        Name = bucket, Bucket = bucket,
        Endpoint = Uri.TryCreate(Setting("AWS_ENDPOINT_URL", "S3_ENDPOINT"), UriKind.Absolute, out var endpoint) ? endpoint : throw new IOException("AWS_ENDPOINT_URL is no address"),
        Region = Find("AWS_REGION") ?? Find("AWS_DEFAULT_REGION") ?? Find("S3_REGION") ?? "us-east-1",
        AccessKey = Setting("AWS_ACCESS_KEY_ID", "S3_ACCESS_KEY"), SecretKey = Setting("AWS_SECRET_ACCESS_KEY", "S3_SECRET_KEY"),
    });

    private static string Setting(string name, string alternative) => Find(name) ?? Find(alternative) ?? throw new IOException($"{name} is not set");

    private static string? Find(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
