using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Sealing;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>The whole process, from a real bucket and a folder, without any database: what it holds, what it signs, what a crash leaves.</summary>
internal sealed class EscrowProcessTests
{
    private string _folder = "";
    private EscrowOptions _options = null!;
    private FileSystemStore _archive = null!;
    private FileSystemStore _vault = null!;
    private EscrowBench _bench = null!;

    [SetUp]
    public async Task Open()
    {
        _folder = Directory.CreateTempSubdirectory("escrow-").FullName;
        _options = new EscrowOptions
        {
            Name = "vault", Key = SealBench.Make(_folder, "vault"), Source = new StoreOptions { Name = "archive", Path = Path.Join(_folder, "archive") }, Store = new StoreOptions { Name = "vault", Path = Path.Join(_folder, "own"), Fsync = false },
        };
        (_archive, _vault) = (new FileSystemStore("archive", _options.Source.Path, flushes: false), new FileSystemStore("vault", _options.Store.Path, flushes: false));
        _bench = new EscrowBench(_archive, _vault);
        await _bench.WriteAsync("urn:a", ("METS.xml", "một"));
        await _bench.WriteAsync("urn:b", ("METS.xml", "hai"), ("dữ liệu/Bản đồ.tif", new string('x', 700_000)));
    }

    [TearDown]
    public async Task Close()
    {
        await _archive.DisposeAsync();
        await _vault.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_a_pass_did_is_signed_and_each_report_names_the_one_before()
    {
        Assert.That(_options.Problems(), Is.Empty);
        var first = await RunAsync();
        await _bench.WriteAsync("urn:a", ("METS.xml", "một hai"));
        var second = await RunAsync();
        Assert.That((first.Number, first.Previous, second.Number, second.Counts.TakenVersions, second.Objects), Is.EqualTo((1L, (string?)null, 2L, 1L, 2L)));
        var bodies = new[] { await ReportAsync("0000000001.json"), await ReportAsync("0000000002.json") };
        Assert.That(second.Previous, Is.EqualTo(Convert.ToHexStringLower(SHA512.HashData(bodies[0]))));
        Assert.That(SealBench.Verify(bodies[1], await ReportAsync("0000000002.json.p7s")), Is.EqualTo("vault"));
        Assert.That(EscrowReport.Read(bodies[1])!.ToBytes(), Is.EqualTo(bodies[1]), "what is read is what was written");
        Assert.That(EscrowReport.Read("{}"u8.ToArray()), Is.Null);
        Assert.That(EscrowReport.Read("[1"u8.ToArray()), Is.Null);
        Assert.That(await EscrowBench.BytesAsync(_vault), Is.EqualTo(await EscrowBench.BytesAsync(_archive)));
    }

    [Test]
    public async Task A_report_that_a_crash_left_unsigned_is_signed_by_the_next_pass_and_one_that_cannot_be_read_stops_it()
    {
        await RunAsync();
        File.Delete(Path.Join(_options.Store.Path, "escrow/reports/0000000001.json.p7s"));
        Assert.That((await RunAsync()).Number, Is.EqualTo(2));
        Assert.That(SealBench.Verify(await ReportAsync("0000000001.json"), await ReportAsync("0000000001.json.p7s")), Is.EqualTo("vault"));
        await File.WriteAllTextAsync(Path.Join(_options.Store.Path, "escrow/reports/0000000002.json"), "rotten");
        Assert.That(async () => await RunAsync(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("escrow/reports/0000000002.json"));
    }

    [Test]
    public async Task The_source_is_not_made_where_it_is_not()
    {
        _options.Source.Path = Path.Join(_folder, "unmounted");
        var report = await RunAsync();
        Assert.That((report.Findings.Single().Code, Directory.Exists(_options.Source.Path)), Is.EqualTo(("ESCROW-SOURCE", false)));
    }

    [Test]
    public async Task From_a_real_bucket_everything_comes_byte_for_byte_and_is_valid_and_an_attack_there_changes_nothing_here()
    {
        var bucket = S3Bucket.Options() with { Bucket = $"escrow-{Guid.NewGuid():N}" };
        using var client = S3Bucket.Client();
        await client.PutBucketAsync(bucket.Bucket);
        await using var s3 = new S3Store(bucket);
        var bench = new EscrowBench(s3, _vault);
        await bench.WriteAsync("urn:a", ("METS.xml", "một"), ("dữ liệu/Bản đồ.tif", new string('y', 9_000_000)));
        await bench.WriteAsync("urn:a", ("METS.xml", "một hai"));
        await bench.WriteAsync("urn:b", ("METS.xml", "hai"));
        _options.Source = new StoreOptions { Name = "archive", Kind = StoreKind.S3, Endpoint = bucket.Endpoint.ToString(), Region = bucket.Region, Bucket = bucket.Bucket, AccessKey = bucket.AccessKey, SecretKey = bucket.SecretKey };
        Assert.That((await RunAsync()).Counts, Is.EqualTo(new EscrowCounts(2, 3, 9_000_000 + 5 + 9 + 3, 0, 0, 0, 0, 0, 0, 0)));
        var held = await EscrowBench.BytesAsync(_vault);
        Assert.That(held, Is.EqualTo(await EscrowBench.BytesAsync(s3)));
        await using var tree = new StoreTree(_vault, StoreSet.RootPrefix);
        var judged = await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default);
        Assert.That((judged.Objects, judged.Findings.Count(f => f.Rule.Severity != Severity.Info)), Is.EqualTo((2, 0)));
        foreach (var key in (await EscrowBench.BytesAsync(s3, bench.Archive.ObjectPrefix("urn:a"))).Keys) await s3.DeleteAsync(key, default);
        await EscrowBench.FlipAsync(s3, bench.Archive.ObjectPrefix("urn:b") + "inventory.json");
        await EscrowBench.FlipAsync(s3, bench.Archive.ObjectPrefix("urn:b") + "inventory.json.sha512");
        var attacked = await RunAsync();
        Assert.That(attacked.Findings.Select(f => f.Code), Is.EqualTo(new[] { "ESCROW-REFUSED", "ESCROW-VANISHED" }));
        Assert.That(await EscrowBench.BytesAsync(_vault), Is.EqualTo(held));
        foreach (var key in (await EscrowBench.BytesAsync(s3, "")).Keys) await s3.DeleteAsync(key, default);
        await client.DeleteBucketAsync(bucket.Bucket);
    }

    [Test]
    public void A_configuration_that_gives_the_escrow_the_archives_own_keys_or_place_is_refused()
    {
        void Refuses(Action<EscrowOptions> change, string problem)
        {
            var options = new EscrowOptions { Name = "vault", Key = _options.Key, Source = Bucket("reader", "archive"), Store = Bucket("own", "vault") };
            Assert.That(options.Problems(), Is.Empty);
            change(options);
            Assert.That(options.Problems(), Is.EqualTo(new[] { "Preservation:Escrow:" + problem }));
        }

        Refuses(o => o.Store.AccessKey = "reader", "Source and Store have one key: what reads the archive must not be able to write here");
        Refuses(o => o.Store.Bucket = "archive", "Source and Store are one bucket");
        Refuses(o => o.Store = new StoreOptions(), "Store lacks its name, its folder, or its endpoint, bucket or keys");
        Refuses(o => o.Name = "", "Name is not set");
        Refuses(o => o.Key = new SealKeyOptions { CertificateFile = "x" }, "Key lacks its certificate, or has neither or both of a key file and a token");
        Refuses(o => o.Every = TimeSpan.Zero, "Every is no time at all");
        Refuses(o => (o.Url, o.ApiKeyFile) = ("http://archive.example", o.Key.KeyFile), "Url is no HTTPS address");
        Refuses(o => o.Url = "https://archive.example", "there is no file ApiKeyFile");
        Refuses(o => o.OrdersCertificateFile = o.Key.CertificateFile, "OrdersCertificateFile is no file, or no Url is set to ask for orders");
        Refuses(o => o.DestroyUnaskedAfter = TimeSpan.FromDays(30), "DestroyUnaskedAfter is less than a day, or no OrdersCertificateFile is set");

        static StoreOptions Bucket(string key, string bucket) => new() { Name = bucket, Kind = StoreKind.S3, Endpoint = "https://s3.example", Bucket = bucket, AccessKey = key, SecretKey = "s" };
    }

    private async Task<EscrowReport> RunAsync()
    {
        await using var process = new EscrowProcess(_options, _bench.Clock, NullLogger<EscrowProcess>.Instance);
        return await process.RunOnceAsync(default);
    }

    private Task<byte[]> ReportAsync(string name) => File.ReadAllBytesAsync(Path.Join(_options.Store.Path, "escrow/reports", name));
}
