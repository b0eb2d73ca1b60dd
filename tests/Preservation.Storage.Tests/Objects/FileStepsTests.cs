using Preservation.Storage.Objects;

namespace Preservation.Storage.Tests.Objects;

/// <summary>What must be on the medium before what: a loss of power keeps any part of what was not flushed.</summary>
public sealed class FileStepsTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preservation-steps-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Bytes_are_flushed_before_they_get_their_name_and_the_name_before_success()
    {
        var watched = new DyingFiles(int.MaxValue);
        await using var store = watched.Open(_folder);
        await PutAsync(store, "a/b", PutCondition.OnlyIfAbsent);
        Assert.That(CallsAt(watched), Is.EqualTo(new[] { "create *", "write *", "flush *", "mkdir a", "flush folder ", "link a/b", "flush folder a", "unlink *" }).Or
            .EqualTo(new[] { "create *", "write *", "flush *", "link a/b", "mkdir a", "flush folder ", "link a/b", "flush folder a", "unlink *" }));
    }

    [Test]
    public async Task A_replacement_is_one_rename_of_flushed_bytes()
    {
        var watched = new DyingFiles(int.MaxValue);
        await using var store = watched.Open(_folder);
        var first = await PutAsync(store, "b", PutCondition.Any);
        var before = watched.Calls.Count;
        await PutAsync(store, "b", PutCondition.OnlyIfUnchanged(first.ETag));
        Assert.That(CallsAt(watched)[before..].Where(c => !c.StartsWith("date", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "create *", "write *", "flush *", "lock *", "rename b", "flush folder " }));
    }

    [Test]
    public async Task Only_unfinished_writes_that_are_old_enough_are_removed()
    {
        await using var store = new FileSystemStore("files", _folder);
        await PutAsync(store, "a", PutCondition.Any);
        var staged = Path.Join(_folder, ".staging", "left");
        File.WriteAllText(staged, "half");
        File.WriteAllText(Path.Join(_folder, ".staging", "lock-00"), "");
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(staged), TimeSpan.Zero);
        Assert.That(await store.RemoveUnfinishedAsync(written, default), Is.Zero);
        Assert.That(await store.RemoveUnfinishedAsync(written.AddSeconds(1), default), Is.EqualTo(1));
        Assert.That(File.Exists(staged), Is.False);
        Assert.That(File.Exists(Path.Join(_folder, ".staging", "lock-00")), "a lock is no unfinished write");
        Assert.That(await store.HeadAsync("a", default), Is.Not.Null);
    }

    [Test]
    public async Task A_delete_does_not_mind_that_another_takes_the_folder_before_it_is_flushed()
    {
        await using var other = new FileSystemStore("other", _folder);
        await using var store = new FileSystemStore("files", _folder, flushes: true, new FileSteps((call, path) =>
        {
            if (call == "flush folder" && path == Path.Join(_folder, "a")) other.DeleteAsync("a/y", default).GetAwaiter().GetResult();
        }));
        foreach (var key in (string[])["a/x", "a/y"]) await PutAsync(other, key, PutCondition.Any);
        await store.DeleteAsync("a/x", default);
        Assert.That(Directory.Exists(Path.Join(_folder, "a")), Is.False);
    }

    [Test]
    public async Task What_is_deleted_before_its_folder_is_flushed_was_removed_while_it_was_written()
    {
        await using var other = new FileSystemStore("other", _folder);
        await PutAsync(other, "a/y", PutCondition.Any);
        await using var store = new FileSystemStore("files", _folder, flushes: true, new FileSteps((call, path) =>
        {
            if (call != "flush folder" || path != Path.Join(_folder, "a")) return;
            foreach (var key in (string[])["a/x", "a/y"]) other.DeleteAsync(key, default).GetAwaiter().GetResult();
        }));
        await Assert.ThatAsync(() => PutAsync(store, "a/x", PutCondition.Any), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(Directory.Exists(Path.Join(_folder, "a")), Is.False);
    }

    // The kernel cannot be made to lose this race on purpose.
    [TestCase(3, true)]
    [TestCase(int.MaxValue, false)]
    public async Task Folders_that_a_delete_takes_along_while_they_are_made_are_made_again(int times, bool isWritten)
    {
        var taken = 0;
        await using var store = new FileSystemStore("files", _folder, flushes: true, new FileSteps((call, path) =>
        {
            if (call == "mkdir" && path == Path.Join(_folder, "a", "b") && taken++ < times) throw new DirectoryNotFoundException(path);
        }));
        if (isWritten) await PutAsync(store, "a/b/x", PutCondition.Any);
        else await Assert.ThatAsync(() => PutAsync(store, "a/b/x", PutCondition.Any), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(taken, Is.GreaterThan(3));
        Assert.That(await store.HeadAsync("a/b/x", default), isWritten ? Is.Not.Null : Is.Null);
    }

    private string[] CallsAt(DyingFiles watched) =>
        [.. watched.Calls.Select(c => $"{c.Call} {(c.Path.Contains(".staging", StringComparison.Ordinal) ? "*" : Path.GetRelativePath(_folder, c.Path) is var path && path == "." ? "" : path)}")];

    private static async Task<StoredObject> PutAsync(FileSystemStore store, string key, PutCondition condition)
    {
        using var content = new MemoryStream([1, 2, 3]);
        return await store.PutAsync(key, content, 3, condition, default);
    }
}
