using Preservation.Storage.Objects;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Objects;

public sealed class MemoryStoreTests : ObjectStoreContract
{
    protected override Task<IObjectStore> OpenStoreAsync() => Task.FromResult<IObjectStore>(new MemoryStore("memory"));
}

[TestFixture(true)]
[TestFixture(false)]
public sealed class FileSystemStoreTests(bool flushes) : ObjectStoreContract
{
    private readonly string _folder = Path.Join(Path.GetTempPath(), "preservation-store-" + Path.GetRandomFileName());

    protected override Task<IObjectStore> OpenStoreAsync() => Task.FromResult<IObjectStore>(new FileSystemStore("files", _folder, flushes));

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task No_unfinished_write_and_no_empty_folder_is_left_behind()
    {
        await PutAsync("a/b/c/d", [1, 2, 3]);
        await foreach (var found in Store.ListAsync("", default)) await Store.DeleteAsync(found.Key, default);
        Assert.That(Directory.GetDirectories(_folder).Select(Path.GetFileName), Is.EqualTo(new[] { ".staging" }));
        Assert.That(Directory.GetFiles(Path.Join(_folder, ".staging")).Where(f => !f.Contains("lock-", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Many_writers_of_new_folders_do_not_trip_over_each_other()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, token) => await Store.PutAsync($"many/{i / 8}/x/y/{i}", new MemoryStream([1]), 1, PutCondition.Any, token));
        for (var i = 0; i < 2_000; i++) Assert.That(await Store.HeadAsync($"many/{i / 8}/x/y/{i}", default), Is.Not.Null);
    }

    [Test]
    public void The_staging_folder_cannot_be_written_through_the_store() =>
        Assert.That(async () => await Store.PutAsync(".staging/x", Stream.Null, 0, PutCondition.Any, default), Throws.ArgumentException);
}

public sealed class S3StoreTests : ObjectStoreContract
{
    // Above two parts of the smallest size the protocol allows.
    protected override int LargeBytes => 11 * 1024 * 1024 + 1;

    protected override async Task<IObjectStore> OpenStoreAsync() => await S3Bucket.OpenAsync();

    [Test]
    public async Task A_bucket_that_does_not_exist_and_a_wrong_secret_are_told_apart()
    {
        await using var none = new S3Store(S3Bucket.Options() with { Bucket = "no-such-bucket" });
        Assert.That(async () => await none.OpenReadAsync("a", null, default), Throws.InstanceOf<StoreUnavailableException>());
        await using var stranger = new S3Store(S3Bucket.Options() with { SecretKey = "wrong" });
        Assert.That(async () => await stranger.OpenReadAsync("a", null, default), Throws.InstanceOf<UnauthorizedAccessException>());
    }
}
