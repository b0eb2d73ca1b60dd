using Preservation.Storage.Objects;

namespace Preservation.Storage.Tests.Objects;

public sealed class FolderFlushesTests
{
    [Test]
    public async Task A_flush_counts_only_for_those_who_asked_before_it_began()
    {
        using var gate = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        var flushed = 0;
        var flushes = new FolderFlushes(_ =>
        {
            begun.Release();
            gate.Wait();
            Interlocked.Increment(ref flushed);
        });
        var first = flushes.FlushAsync("a");
        await begun.WaitAsync();
        var late = Enumerable.Range(0, 100).Select(_ => flushes.FlushAsync("a")).ToArray();
        gate.Release();
        await first;
        Assert.That(late.Any(t => t.IsCompleted), Is.False, "the flush under way began before they asked");
        gate.Release();
        await Task.WhenAll(late);
        Assert.That(flushed, Is.EqualTo(2), "a hundred shared one");
    }

    [Test]
    public async Task Folders_do_not_wait_for_each_other()
    {
        using var gate = new SemaphoreSlim(0);
        var flushes = new FolderFlushes(folder =>
        {
            if (folder == "slow") gate.Wait();
        });
        var slow = flushes.FlushAsync("slow");
        await flushes.FlushAsync("fast");
        Assert.That(slow.IsCompleted, Is.False);
        gate.Release();
        await slow;
    }

    [Test]
    public async Task A_failure_reaches_everyone_who_counted_on_it_and_nobody_after()
    {
        var fails = true;
        using var gate = new SemaphoreSlim(0);
        var flushes = new FolderFlushes(_ =>
        {
            gate.Wait();
            if (fails) throw new IOException("the medium is gone");
        });
        var waiting = Enumerable.Range(0, 3).Select(_ => flushes.FlushAsync("a")).ToArray();
        gate.Release(2);
        foreach (var one in waiting) Assert.That(async () => await one, Throws.InstanceOf<IOException>());
        fails = false;
        gate.Release();
        await flushes.FlushAsync("a");
    }

    [Test]
    public async Task Many_writers_of_many_folders_all_come_home()
    {
        var flushed = 0;
        var flushes = new FolderFlushes(_ => Interlocked.Increment(ref flushed));
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await flushes.FlushAsync($"{i % 7}"));
        Assert.That(flushed, Is.InRange(1, 10_000));
    }
}
