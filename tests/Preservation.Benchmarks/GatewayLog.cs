using System.Text.RegularExpressions;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>What the S3 gateway itself says it was asked for, from here on.</summary>
internal sealed partial class GatewayLog
{
    private readonly string _path = Path.Join(Machine.Setting("S3_DIR"), "log", "client.log");
    private readonly string _bucket;
    private readonly long _from;

    public GatewayLog(string bucket) => (_bucket, _from) = (bucket, new FileInfo(_path).Length);

    /// <summary>GETs of each object in the bucket's storage root.</summary>
    public IReadOnlyDictionary<string, int> Reads()
    {
        var reads = new Dictionary<string, int>(StringComparer.Ordinal);
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(_from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
            if (Get().Match(line) is { Success: true } get && get.Groups["bucket"].Value == _bucket) reads[get.Groups["key"].Value] = reads.GetValueOrDefault(get.Groups["key"].Value) + 1;
        return reads;
    }

    [GeneratedRegex("""beast: .* "GET /(?<bucket>[^/? ]+)/(?<key>ocfl/[^? ]+) HTTP""")]
    private static partial Regex Get();
}
