using Preservation.Storage.Objects;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Objects;

/// <summary>Objects in an archive tier, which has to restore them before they can be read.</summary>
public sealed class ArchiveTierTests
{
    private readonly string _key = $"t{Guid.NewGuid():n}/hồ sơ.pdf";
    private ArchiveTier _tier = null!;

    [OneTimeSetUp]
    public async Task MakeBucket() => await (await S3Bucket.OpenAsync()).DisposeAsync();

    [SetUp]
    public void Begin() => _tier = new ArchiveTier();

    [TearDown]
    public async Task End() => await _tier.DisposeAsync();

    [Test]
    public async Task What_sleeps_is_asked_for_once_and_read_when_it_is_awake()
    {
        await using var store = new S3Store(S3Bucket.Options() with { Endpoint = _tier.Endpoint, WakeDays = 7 });
        await store.PutAsync(_key, new MemoryStream([1, 2, 3]), 3, PutCondition.Any, default);
        for (var i = 0; i < 3; i++)
            Assert.That((await Assert.ThrowsAsync<ObjectAsleepException>(() => store.OpenReadAsync(_key, null, default)))!.IsWaking, Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tier.Asked.Single(), Does.Contain("<Days>7</Days>").And.Contain("<Tier>Bulk</Tier>"));
            Assert.That((await store.HeadAsync(_key, default))!.Bytes, Is.EqualTo(3), "what sleeps is there");
        }
        _tier.Wake();
        await using var content = await store.OpenReadAsync(_key, null, default);
        var read = new byte[4];
        Assert.That(await content.Stream.ReadAtLeastAsync(read, 4, throwOnEndOfStream: false), Is.EqualTo(3));
    }

    [Test]
    public async Task Nothing_is_restored_where_that_was_not_allowed()
    {
        await using var store = new S3Store(S3Bucket.Options() with { Endpoint = _tier.Endpoint });
        await store.PutAsync(_key, new MemoryStream([1, 2, 3]), 3, PutCondition.Any, default);
        Assert.That((await Assert.ThrowsAsync<ObjectAsleepException>(() => store.OpenReadAsync(_key, null, default)))!.IsWaking, Is.False);
        Assert.That(_tier.Asked, Is.Empty);
    }
}
