using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Access;

/// <summary>A file on two stores in folders, read while its bytes rot.</summary>
internal sealed class PackageContentTests : WorkflowFixture
{
    private const string Key = "ocfl/o/v1/content/a";
    private static readonly string[] StoreNames = ["first", "second"];
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);
    private readonly Guid _package = Guid.NewGuid();
    private StoreSet _stores = null!;
    private PackageContent _reader = null!;

    private StoredFile File => new() { PackageId = _package, LogicalPath = "a", VersionFrom = 1, Bytes = _content.Length, Sha256 = SHA256.HashData(_content), Sha512 = SHA512.HashData(_content) };

    [SetUp]
    public async Task Fill()
    {
        var options = Settings.Of(o =>
        {
            foreach (var name in StoreNames) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = name } });
        });
        _stores = new StoreSet(options, new WorkTrace(options));
        await _stores.RegisterAsync(Database.Sessions, default);
        _reader = new PackageContent(Database.Sessions, _stores);
        await using var session = await BeginAsync();
        foreach (var store in StoreNames)
        {
            Write(store, _content);
            session.Rows.PackageCopies.Add(new PackageCopy
            {
                PackageId = _package, ObjectId = "urn:uuid:" + _package, Store = store, Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
            });
            session.Rows.Copies.Add(new StoredCopy
            {
                PackageId = _package, Store = store, Key = Key, Role = CopyRole.Content, Version = 1, Encoding = "identity", Bytes = _content.Length, Sha512 = SHA512.HashData(_content), State = CopyState.Good,
                WrittenAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
            });
        }
        await session.CommitAsync(default);
    }

    [TearDown]
    public async Task Close() => await _stores.DisposeAsync();

    [Test]
    public async Task A_good_file_is_given_whole_and_in_parts()
    {
        Assert.That(await ReadAsync(null), Is.EqualTo(_content));
        Assert.That(await ReadAsync((0, 1)), Is.EqualTo(_content[..1]));
        Assert.That(await ReadAsync((131_000, 2_000)), Is.EqualTo(_content[131_000..133_000]));
        Assert.That(await ReadAsync((299_999, 1)), Is.EqualTo(_content[^1..]));
        Assert.That(await DueAsync(), Is.Empty);
    }

    [TestCase(0, null)]
    [TestCase(299_999, null)]
    [TestCase(5, 200_000)]
    public async Task A_flipped_bit_is_never_handed_over_and_the_copy_is_read_by_the_next_check(int at, int? from)
    {
        var bad = (byte[])_content.Clone();
        bad[at] ^= 4;
        Write("first", bad);
        Assert.That(await ReadAsync(from is { } start ? (start, 1_000) : null), Is.EqualTo(from is { } first ? _content[first..(first + 1_000)] : _content));
        Assert.That(await DueAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task A_truncated_an_extended_and_a_lost_copy_are_passed_over()
    {
        Write("first", _content[..^1]);
        Assert.That(await ReadAsync(null), Is.EqualTo(_content));
        Write("first", [.. _content, 0]);
        Assert.That(await ReadAsync((10, 10)), Is.EqualTo(_content[10..20]));
        System.IO.File.Delete(PathOf("first"));
        Assert.That(await ReadAsync(null), Is.EqualTo(_content));
        Assert.That(await DueAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task When_no_copy_is_good_nothing_is_given()
    {
        foreach (var store in StoreNames) Write(store, [1, .. _content[1..]]);
        await Assert.ThatAsync(() => ReadAsync(null), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_stream_that_changes_after_its_proof_breaks_off_before_its_last_piece()
    {
        var bad = (byte[])_content.Clone();
        bad[7] ^= 1;
        await using var good = new ProvenStream(new MemoryStream(_content), _content.Length, SHA512.HashData(_content));
        using var copy = new MemoryStream();
        await good.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(_content));
        foreach (var other in new[] { bad, _content[..^1] })
        {
            await using var stream = new ProvenStream(new MemoryStream(other), _content.Length, SHA512.HashData(_content));
            using var some = new MemoryStream();
            await Assert.ThatAsync(() => stream.CopyToAsync(some), Throws.InstanceOf<IOException>());
            Assert.That(some.Length, Is.LessThan(_content.Length));
        }
    }

    private async Task<byte[]> ReadAsync((long, long)? range)
    {
        await using var stream = await _reader.OpenAsync(File, range, default);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<List<string>> DueAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.PackageCopies.Where(c => c.LastReadAt == DateTimeOffset.UnixEpoch && c.DueAt == DateTimeOffset.UnixEpoch).Select(c => c.Store).ToListAsync();
    }

    private string PathOf(string store) => Path.Join(Folder, store, Key);

    private void Write(string store, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(store))!);
        System.IO.File.WriteAllBytes(PathOf(store), content);
    }
}
