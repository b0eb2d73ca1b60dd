using System.Text;
using System.Text.Json;
using Preservation.Testing.Storage;

namespace Preservation.Cli.Tests;

/// <summary>Packages that lie in a bucket of a real server.</summary>
internal sealed class StoreTests
{
    private const string Id = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002";
    private string _prefix = null!;

    [SetUp]
    public async Task Open()
    {
        await (await S3Bucket.OpenAsync()).DisposeAsync();
        _prefix = $"cli-{Guid.NewGuid():n}/hồ sơ";
        await PutObjectAsync("một");
    }

    private string Address => $"s3://{S3Bucket.Bucket}/{_prefix}";

    [Test]
    public async Task An_object_in_a_bucket_is_valid_with_and_without_a_slash_at_the_end([Values("", "/")] string end)
    {
        var (exit, json) = await Preserve.JsonAsync("check", Address + end, "--as", "ocfl-object");
        Assert.That((exit, json.GetProperty("valid").GetBoolean(), json.GetProperty("files").GetInt32()), Is.EqualTo((0, true, 6)), json.ToString());
        Assert.That((await Preserve.JsonAsync("check", Address)).Json.GetProperty("kind").GetString(), Is.EqualTo("ocfl-object"));
    }

    [Test]
    public async Task Marks_of_folders_are_no_files_and_the_mark_of_an_empty_folder_is_one()
    {
        foreach (var mark in (string[])["/", "/v1/", "/v1/content/"]) await PutAsync(mark, "");
        Assert.That((await Preserve.JsonAsync("check", Address, "--as", "ocfl-object")).Json.GetProperty("findings").GetArrayLength(), Is.Zero);
        await PutAsync("/v1/content/rỗng/", "");
        var (exit, json) = await Preserve.JsonAsync("check", Address, "--as", "ocfl-object");
        Assert.That((exit, Codes(json)), Is.EqualTo((1, "E024")));
    }

    [Test]
    public async Task Wrong_bytes_and_keys_that_cannot_be_paths_are_findings()
    {
        await PutAsync("/v1/content/a.txt", "hai");
        await PutAsync("/v1/content/x//y\\z", "?");
        var (exit, json) = await Preserve.JsonAsync("check", Address, "--as", "ocfl-object");
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(Codes(json).Split(' '), Is.SupersetOf(new[] { "E023", "E092", "ZIP-UNSAFE-NAME" }));
        Assert.That((await Preserve.RunAsync("manifest", Address)).Exit, Is.EqualTo(2), "a key that is no path cannot be read as one");
    }

    [Test]
    public async Task Manifest_and_identify_read_a_bucket_too()
    {
        var (exit, output, error) = await Preserve.RunAsync("manifest", Address);
        Assert.That((exit, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length), Is.EqualTo((0, 6)), error);
        Assert.That(output, Does.Contain($"  {Encoding.UTF8.GetByteCount("một")}  v1/content/a.txt"));
        _prefix = _prefix[.._prefix.LastIndexOf('/')] + "/pdf";
        await PutAsync("/a/b.pdf", "%PDF-1.7\n%%EOF\n");
        var (found, json) = await Preserve.JsonAsync("identify", Address);
        var file = json.GetProperty("files").EnumerateArray().Single();
        Assert.That((found, file.GetProperty("path").GetString(), file.GetProperty("matches")[0].GetProperty("mime").GetString()), Is.EqualTo((0, Address + "/a/b.pdf", "application/pdf")));
    }

    [Test]
    public async Task Verify_reads_a_file_and_its_content_from_a_bucket()
    {
        var (exit, output, error) = await Preserve.RunAsync("verify", Address + "/v1/content/a.txt", "--content", Address + "/inventory.json");
        Assert.That(exit, Is.EqualTo(2), error);
        Assert.That(JsonDocument.Parse(output).RootElement.GetProperty("outcome").GetString(), Is.EqualTo("NO_SIGNATURE"));
        Assert.That((await Preserve.RunAsync("verify", Address + "/v1/content/none.txt")).Error, Does.Contain("no such object"));
    }

    [Test]
    public async Task A_prefix_with_nothing_under_it_is_not_judged()
    {
        var (exit, output, error) = await Preserve.RunAsync("check", Address + "-other", "--as", "ocfl-object", "--json");
        Assert.That((exit, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("no object has this prefix"));
    }

    [Test]
    public async Task The_usual_variables_of_aws_are_understood_and_a_missing_one_is_named()
    {
        var options = S3Bucket.Options();
        var aws = new Dictionary<string, string?>
        {
            ["AWS_ENDPOINT_URL"] = options.Endpoint.ToString(), ["AWS_REGION"] = options.Region, ["AWS_ACCESS_KEY_ID"] = options.AccessKey, ["AWS_SECRET_ACCESS_KEY"] = options.SecretKey,
            ["S3_ENDPOINT"] = null, ["S3_REGION"] = null, ["S3_ACCESS_KEY"] = null, ["S3_SECRET_KEY"] = null,
        };
        Assert.That((await Preserve.RunAsync(aws, "check", Address, "--as", "ocfl-object")).Exit, Is.Zero);
        aws["AWS_SECRET_ACCESS_KEY"] = "wrong";
        Assert.That((await Preserve.RunAsync(aws, "check", Address, "--as", "ocfl-object")).Exit, Is.EqualTo(2));
        aws["AWS_SECRET_ACCESS_KEY"] = null;
        var (exit, _, error) = await Preserve.RunAsync(aws, "check", Address, "--as", "ocfl-object");
        Assert.That((exit, error), Is.EqualTo((2, "preserve: AWS_SECRET_ACCESS_KEY is not set\n")));
    }

    private static string Codes(JsonElement json) =>
        string.Join(' ', json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString()).Distinct().Order(StringComparer.Ordinal));

    private async Task PutObjectAsync(string text)
    {
        var content = Preservation.Core.Digests.DigestAlgorithm.Sha512.Compute(Encoding.UTF8.GetBytes(text)).Hex;
        var inventory = $$$"""
            {"id":"{{{Id}}}","type":"https://ocfl.io/1.1/spec/#inventory","digestAlgorithm":"sha512","head":"v1","manifest":{"{{{content}}}":["v1/content/a.txt"]},
            "versions":{"v1":{"created":"2026-11-22T00:00:00Z","message":"ingestion","user":{"name":"Kho","address":"urn:kho"},"state":{"{{{content}}}":["a.txt"] } } }
            }
            """;
        var sidecar = Preservation.Core.Digests.DigestAlgorithm.Sha512.Compute(Encoding.UTF8.GetBytes(inventory)).Hex + " inventory.json\n";
        foreach (var (path, bytes) in new[] { ("/0=ocfl_object_1.1", "ocfl_object_1.1\n"), ("/v1/content/a.txt", text), ("/inventory.json", inventory), ("/inventory.json.sha512", sidecar), ("/v1/inventory.json", inventory), ("/v1/inventory.json.sha512", sidecar) })
            await PutAsync(path, bytes);
    }

    // Not through our store, which refuses such keys.
    private async Task PutAsync(string path, string text)
    {
        using var client = S3Bucket.Client();
        await client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = S3Bucket.Bucket, Key = _prefix + path, InputStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
    }
}
