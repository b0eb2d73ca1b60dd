using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;

namespace Preservation.Cli;

/// <summary>Opens what a verb is pointed at: folder, zip, tar, tar.gz, or <c>s3://bucket/prefix</c> with the settings of the environment.</summary>
internal static class PackageSource
{
    public static async Task<(IFileTree? Tree, IReadOnlyList<Finding> Findings)> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.StartsWith("s3://", StringComparison.Ordinal)) return await FileTrees.OpenAsync(path, Limits.Default, cancellationToken);
        var rest = path["s3://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].TrimEnd('/') + "/");
        var store = new S3Store(new S3StoreOptions
        {
            Name = bucket, Bucket = bucket, Endpoint = new Uri(Variable("S3_ENDPOINT")), Region = Environment.GetEnvironmentVariable("S3_REGION") ?? "us-east-1",
            AccessKey = Variable("S3_ACCESS_KEY"), SecretKey = Variable("S3_SECRET_KEY"),
        });
        var tree = new StoreTree(store, prefix == "/" ? "" : prefix);
        return (tree, []);
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new IOException($"{name} is not set");
}
