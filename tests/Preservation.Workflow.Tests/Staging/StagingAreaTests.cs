using System.Security.Cryptography;
using Preservation.Core.Digests;
using Preservation.Testing.Storage;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Staging;

namespace Preservation.Workflow.Tests.Staging;

internal sealed class StagingAreaTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("staging-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_complete_upload_is_there_also_for_the_next_process()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var digests = await Open(1 << 20).ReceiveAsync("k", new MemoryStream(content), default);
        Assert.That(digests.Bytes, Is.EqualTo(content.Length));
        Assert.That(digests[DigestAlgorithm.Sha256].Bytes.ToArray(), Is.EqualTo(SHA256.HashData(content)));
        var next = Open(1 << 20);
        Assert.That(next.Keys().Select(k => k.Key), Is.EqualTo(new[] { "k" }));
        Assert.That(await File.ReadAllBytesAsync(next.PathOf("k")), Is.EqualTo(content));
        next.Delete("k");
        next.Delete("k");
        Assert.That(next.Keys(), Is.Empty);
    }

    [TestCase(1000, true)]
    [TestCase(1001, false)]
    public async Task An_upload_may_be_as_long_as_allowed_and_no_longer(int length, bool taken)
    {
        var staging = Open(1000);
        if (taken) await staging.ReceiveAsync("k", new MemoryStream(new byte[length]), default);
        else Assert.That(async () => await staging.ReceiveAsync("k", new MemoryStream(new byte[length]), default), Throws.InstanceOf<UploadTooLargeException>().With.Property(nameof(UploadTooLargeException.MaxBytes)).EqualTo(1000));
        Assert.That(Files(), Has.Length.EqualTo(taken ? 1 : 0));
    }

    [Test]
    public void A_sender_who_goes_away_leaves_nothing()
    {
        using var broken = new FaultyStream(1 << 20, 500_000, () => throw new IOException("the connection broke"));
        Assert.That(async () => await Open(1 << 30).ReceiveAsync("k", broken, default), Throws.InstanceOf<IOException>());
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public void A_cancelled_upload_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        using var cancelled = new FaultyStream(1 << 20, 500_000, cancel.Cancel);
        Assert.That(async () => await Open(1 << 30).ReceiveAsync("k", cancelled, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task A_key_is_never_overwritten()
    {
        var staging = Open(1000);
        await staging.ReceiveAsync("k", new MemoryStream([1]), default);
        Assert.That(async () => await staging.ReceiveAsync("k", new MemoryStream([2]), default), Throws.InstanceOf<IOException>());
        Assert.That(await File.ReadAllBytesAsync(staging.PathOf("k")), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task What_a_dead_process_left_half_written_is_swept_by_age()
    {
        var staging = Open(1000);
        var half = Path.Join(_folder, "incoming", "half");
        await File.WriteAllBytesAsync(half, [1]);
        var at = new DateTimeOffset(File.GetLastWriteTimeUtc(half), TimeSpan.Zero);
        Assert.That(staging.SweepIncoming(at), Is.Zero);
        Assert.That(staging.SweepIncoming(at + TimeSpan.FromSeconds(1)), Is.EqualTo(1));
        Assert.That(Files(), Is.Empty);
    }

    private StagingArea Open(long maxBytes)
    {
        var options = Settings.Of(o => (o.Staging.Path, o.Staging.MaxUploadBytes) = (_folder, maxBytes));
        return new StagingArea(options, new WorkTrace(options));
    }

    private string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
}
