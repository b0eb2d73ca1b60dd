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

    private static async Task<(IFileTree? Tree, IReadOnlyList<Finding> Findings)> OpenStoreAsync(string path, CancellationToken cancellationToken)
    {
        var rest = path[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        if (bucket.Length == 0) throw new IOException($"{path} names no bucket");
        var prefix = slash < 0 ? "" : rest[(slash + 1)..].TrimEnd('/');
        var tree = new StoreTree(Open(bucket), prefix.Length == 0 ? "" : prefix + "/", closesStore: true);
        try
        {
            return (tree, await JudgeAsync(path, tree, cancellationToken));
        }
        catch
        {
            await tree.DisposeAsync();
            throw;
        }
    }

    // The rules that hold for the names in a folder hold for keys too.
    private static async Task<IReadOnlyList<Finding>> JudgeAsync(string path, StoreTree tree, CancellationToken cancellationToken)
    {
        var judge = new ArchiveJudge(Limits.Default);
        var isThere = false;
        await foreach (var entry in tree.ListAsync(cancellationToken))
        {
            isThere = true;
            judge.Look(entry);
            if (!judge.MayContinue) break;
        }
        return isThere ? judge.Findings : throw new FileNotFoundException($"{path}: no object has this prefix", path);
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
