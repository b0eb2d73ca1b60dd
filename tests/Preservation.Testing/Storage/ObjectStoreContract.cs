using System.Text;
using NUnit.Framework;
using Preservation.Storage.Objects;

namespace Preservation.Testing.Storage;

/// <summary>What every store must do. A store joins by opening itself; each test works under a prefix of its own.</summary>
public abstract class ObjectStoreContract
{
    private IObjectStore? _opened;
    private string _prefix = "";

    protected IObjectStore Store => _opened!;

    /// <summary>Opens the store, or ends the test when its surroundings are missing.</summary>
    protected abstract Task<IObjectStore> OpenStoreAsync();

    /// <summary>Larger than what the store sends in one piece.</summary>
    protected virtual int LargeBytes => 3 * 1024 * 1024 + 1;

    [SetUp]
    public async Task Open()
    {
        _opened = null;
        _opened = await OpenStoreAsync();
        _prefix = $"t{Guid.NewGuid():n}/";
    }

    [TearDown]
    public async Task Close()
    {
        if (_opened is not null) await _opened.DisposeAsync();
    }

    [Test]
    public async Task What_was_put_is_read_back_whole_and_in_ranges()
    {
        var bytes = Random(10_000);
        var put = await PutAsync("a", bytes);
        Assert.That(put.Bytes, Is.EqualTo(10_000));
        Assert.That(await ReadAsync("a"), Is.EqualTo(bytes));
        Assert.That(await ReadAsync("a", new ByteRange(100, 50)), Is.EqualTo(bytes[100..150]));
        Assert.That(await ReadAsync("a", new ByteRange(9_990, 50)), Is.EqualTo(bytes[9_990..]));
        Assert.That(await ReadAsync("a", new ByteRange(10_000, 5)), Is.Empty);
        var head = await Store.HeadAsync(_prefix + "a", default);
        Assert.That(head, Is.EqualTo(put));
    }

    [Test]
    public async Task An_empty_object_is_an_object()
    {
        await PutAsync("empty", []);
        Assert.That((await Store.HeadAsync(_prefix + "empty", default))!.Bytes, Is.Zero);
        Assert.That(await ReadAsync("empty"), Is.Empty);
    }

    [Test]
    public async Task A_large_object_is_read_back()
    {
        var bytes = Random(LargeBytes);
        await PutAsync("large", bytes);
        Assert.That((await ReadAsync("large")).AsSpan().SequenceEqual(bytes));
    }

    [Test]
    public async Task A_missing_object_has_no_head_and_cannot_be_read()
    {
        Assert.That(await Store.HeadAsync(_prefix + "none", default), Is.Null);
        Assert.That(async () => await Store.OpenReadAsync(_prefix + "none", null, default), Throws.InstanceOf<ObjectNotFoundException>());
    }

    [Test]
    public async Task Deleting_takes_exactly_the_key_and_may_be_repeated()
    {
        await PutAsync("d/a", Text("1"));
        await PutAsync("d/ab", Text("2"));
        await Store.DeleteAsync(_prefix + "d/a", default);
        await Store.DeleteAsync(_prefix + "d/a", default);
        Assert.That(await KeysAsync("d/"), Is.EqualTo(new[] { "d/ab" }));
    }

    [Test]
    public async Task Only_if_absent_refuses_an_existing_key_and_changes_nothing()
    {
        await PutAsync("once", Text("first"), PutCondition.OnlyIfAbsent);
        Assert.That(async () => await PutAsync("once", Text("second"), PutCondition.OnlyIfAbsent), Throws.InstanceOf<PreconditionFailedException>());
        Assert.That(await ReadAsync("once"), Is.EqualTo(Text("first")));
    }

    [Test]
    public async Task Only_if_unchanged_refuses_a_stale_etag()
    {
        var first = await PutAsync("cas", Text("aaaa"));
        var second = await PutAsync("cas", Text("bbbb"), PutCondition.OnlyIfUnchanged(first.ETag));
        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
        Assert.That(async () => await PutAsync("cas", Text("cccc"), PutCondition.OnlyIfUnchanged(first.ETag)), Throws.InstanceOf<PreconditionFailedException>());
        Assert.That(async () => await PutAsync("gone", Text("x"), PutCondition.OnlyIfUnchanged(first.ETag)), Throws.InstanceOf<PreconditionFailedException>());
        Assert.That(await ReadAsync("cas"), Is.EqualTo(Text("bbbb")));
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "cas" }));
    }

    [Test]
    public async Task Of_many_writers_only_if_absent_one_wins()
    {
        var won = await RaceAsync(i => PutAsync("race", Text($"writer {i}"), PutCondition.OnlyIfAbsent));
        Assert.That(won, Has.Length.EqualTo(1));
        Assert.That(await ReadAsync("race"), Is.EqualTo(Text($"writer {won[0]}")));
    }

    [Test]
    public async Task Of_many_writers_only_if_unchanged_one_wins()
    {
        var first = await PutAsync("race", Text("writer x"));
        var won = await RaceAsync(i => PutAsync("race", Text($"writer {i}"), PutCondition.OnlyIfUnchanged(first.ETag)));
        Assert.That(won, Has.Length.EqualTo(1));
        Assert.That(await ReadAsync("race"), Is.EqualTo(Text($"writer {won[0]}")));
    }

    [Test]
    public async Task A_put_that_is_cancelled_or_fails_midway_leaves_nothing_and_replaces_nothing([Values(0, 1)] int existing, [Values] bool isLarge)
    {
        var length = isLarge ? LargeBytes : 100_000;
        if (existing == 1) await PutAsync("half", Text("old"));
        using var cancel = new CancellationTokenSource();
        var cancelled = new FaultyStream(length, length / 2, cancel.Cancel);
        Assert.That(async () => await Store.PutAsync(_prefix + "half", cancelled, length, PutCondition.Any, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        var broken = new FaultyStream(length, length / 2, () => throw new NotSupportedException("the source broke"));
        Assert.That(async () => await Store.PutAsync(_prefix + "half", broken, length, PutCondition.Any, default), Throws.Exception);
        Assert.That(await KeysAsync(""), Is.EqualTo(existing == 1 ? new[] { "half" } : []));
        if (existing == 1) Assert.That(await ReadAsync("half"), Is.EqualTo(Text("old")));
    }

    [Test]
    public async Task A_content_of_another_length_than_declared_is_refused([Values(-1, 1)] int difference, [Values] bool isLarge)
    {
        var length = isLarge ? LargeBytes : 1_000;
        using var content = new MemoryStream(Random(length + difference));
        Assert.That(async () => await Store.PutAsync(_prefix + "x", content, length, PutCondition.Any, default), Throws.InstanceOf<InvalidDataException>());
        Assert.That(await KeysAsync(""), Is.Empty);
    }

    [Test]
    public async Task A_put_cancelled_at_any_of_its_reads_leaves_the_object_as_it_was()
    {
        const int Length = 20_000;
        await PutAsync("each", Text("old"));
        foreach (var at in (int[])[1, 8_192, 8_193, 16_384, 16_385, Length])
        {
            using var cancel = new CancellationTokenSource();
            var content = new FaultyStream(Length, at, cancel.Cancel);
            Assert.That(async () => await Store.PutAsync(_prefix + "each", content, Length, PutCondition.Any, cancel.Token), Throws.InstanceOf<OperationCanceledException>(), $"at {at}");
            Assert.That(await ReadAsync("each"), Is.EqualTo(Text("old")), $"at {at}");
        }
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        Assert.That(async () => await Store.PutAsync(_prefix + "never", new MemoryStream([1]), 1, PutCondition.Any, before.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "each" }));
    }

    [Test]
    public async Task A_large_put_that_fails_anywhere_leaves_the_object_as_it_was()
    {
        await PutAsync("each", Text("old"));
        foreach (var quarter in Enumerable.Range(0, 5))
        {
            var at = Math.Max(1, (long)LargeBytes * quarter / 4);
            var content = new FaultyStream(LargeBytes, at, () => throw new NotSupportedException("the source broke"));
            Assert.That(async () => await Store.PutAsync(_prefix + "each", content, LargeBytes, PutCondition.Any, default), Throws.InstanceOf<NotSupportedException>(), $"at {at}");
        }
        Assert.That(await ReadAsync("each"), Is.EqualTo(Text("old")));
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "each" }));
    }

    [Test]
    public async Task Of_many_writers_of_one_key_each_reader_sees_one_whole()
    {
        const int Length = 70_000;
        byte[] Of(int writer) => [.. Enumerable.Repeat((byte)writer, Length)];
        await PutAsync("busy", Of(0));
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = 0;
            while (!done.IsCancellationRequested || seen == 0)
            {
                var bytes = await ReadAsync("busy");
                Assert.That(bytes, Has.Length.EqualTo(Length));
                Assert.That(bytes.AsSpan().ContainsAnyExcept(bytes[0]), Is.False, "bytes of two writings");
                seen++;
            }
        });
        await Task.WhenAll(Enumerable.Range(1, 8).Select(async writer =>
        {
            for (var i = 0; i < 4; i++) await PutAsync("busy", Of(writer));
        }));
        await done.CancelAsync();
        await reading;
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "busy" }));
    }

    [Test]
    public async Task Puts_and_deletes_of_one_key_at_once_end_with_a_whole_object_or_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            for (var n = 0; n < 6; n++)
            {
                if (i % 2 == 0) await Store.DeleteAsync(_prefix + "d/contested", default);
                else
                    try
                    {
                        await PutAsync("d/contested", Text("whole"));
                    }
                    catch (StoreUnavailableException)
                    {
                        // it was removed while it was described
                    }
            }
        }));
        if (await Store.HeadAsync(_prefix + "d/contested", default) is not null) Assert.That(await ReadAsync("d/contested"), Is.EqualTo(Text("whole")));
        await PutAsync("d/contested", Text("last"));
        Assert.That(await ReadAsync("d/contested"), Is.EqualTo(Text("last")));
    }

    [Test]
    public async Task A_probe_tells_of_every_capability_once_and_leaves_nothing_to_be_read()
    {
        var probed = await Store.ProbeAsync(_prefix + "probe/", TimeProvider.System.GetUtcNow(), default);
        Assert.That(probed.Select(p => p.Capability), Is.EquivalentTo(Enum.GetValues<StoreCapability>()));
        Assert.That(probed.Single(p => p.Capability == StoreCapability.ConditionalPut).Standing, Is.EqualTo(CapabilityStanding.Proven));
        Assert.That(Store.Capabilities.ConditionalPut);
        Assert.That(await KeysAsync(""), Is.Empty);
    }

    [Test]
    public async Task Listing_goes_beyond_one_page()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_205), async (i, _) => await PutAsync($"list/{i:d5}", Text("x")));
        await PutAsync("lists/other", Text("x"));
        var keys = await KeysAsync("list/");
        Assert.That(keys, Has.Length.EqualTo(1_205));
        Assert.That(keys, Is.Unique);
    }

    [Test]
    public async Task A_prefix_need_not_end_at_a_slash()
    {
        foreach (var key in (string[])["a/bc", "a/bd/e", "a/c"]) await PutAsync(key, Text(key));
        Assert.That(await KeysAsync("a/b"), Is.EqualTo(new[] { "a/bc", "a/bd/e" }));
        Assert.That(await KeysAsync("a/bd"), Is.EqualTo(new[] { "a/bd/e" }));
        Assert.That(await KeysAsync("z"), Is.Empty);
    }

    [TestCase("Công văn số 12/Báo cáo – quý I.pdf")]
    [TestCase("a b/ c .txt")]
    [TestCase("100%/%20%2F%zz")]
    [TestCase("a+b&c=d?e#f;g'h\"i<j>k")]
    [TestCase("e\u0301/\u00e9")]
    [TestCase("hồ sơ/😀")]
    public async Task Odd_keys_are_kept_exactly(string key)
    {
        await PutAsync(key, Text(key), PutCondition.OnlyIfAbsent);
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { key }));
        Assert.That(await ReadAsync(key), Is.EqualTo(Text(key)));
        await Store.DeleteAsync(_prefix + key, default);
        Assert.That(await KeysAsync(""), Is.Empty);
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a//b")]
    [TestCase("a/../b")]
    [TestCase("a\\b")]
    [TestCase("a\nb")]
    public void Impossible_keys_are_refused(string key) =>
        Assert.That(async () => await Store.PutAsync(key, Stream.Null, 0, PutCondition.Any, default), Throws.InstanceOf<ArgumentException>());

    protected async Task<StoredObject> PutAsync(string key, byte[] bytes, PutCondition? condition = null)
    {
        using var content = new MemoryStream(bytes);
        return await Store.PutAsync(_prefix + key, content, bytes.Length, condition ?? PutCondition.Any, default);
    }

    protected async Task<byte[]> ReadAsync(string key, ByteRange? range = null)
    {
        await using var content = await Store.OpenReadAsync(_prefix + key, range, default);
        using var bytes = new MemoryStream();
        await content.Stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<string[]> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync(_prefix + prefix, default)) keys.Add(found.Key[_prefix.Length..]);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private static async Task<int[]> RaceAsync(Func<int, Task> write)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            try
            {
                await write(i);
                return true;
            }
            catch (PreconditionFailedException)
            {
                return false;
            }
        })));
        return [.. Enumerable.Range(0, 12).Where(i => results[i])];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
