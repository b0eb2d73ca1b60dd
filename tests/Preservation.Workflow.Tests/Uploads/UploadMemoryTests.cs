using Preservation.Catalogue.Model;
using Preservation.Testing;
using Preservation.Testing.Storage;
using Preservation.Workflow.Options;
using Preservation.Workflow.Uploads;

namespace Preservation.Workflow.Tests.Uploads;

/// <summary>What an upload holds while it comes, of 100 GB in the long tier.</summary>
internal sealed class UploadMemoryTests : UploadFixture
{
    [Test]
    public async Task Memory_does_not_grow_with_the_length()
    {
        var (few, many) = Tier.IsLong ? (1L << 30, Math.Min(100L << 30, new DriveInfo(Folder).AvailableFreeSpace / 2)) : (1L << 20, 16L << 20);
        async Task<Upload> RunAsync(long length)
        {
            var upload = await OpenAsync(length);
            Assert.That(await AppendAsync(upload, new UploadPiece(0, new FaultyStream(length, 0, () => { }), length, null)), Is.InstanceOf<AppendOutcome.Advanced>());
            File.Delete(PathOf(upload));
            return upload;
        }
        await RunAsync(few);
        var of = await LiveMemory.PeakAsync(() => RunAsync(few));
        var ofMany = await LiveMemory.PeakAsync(() => RunAsync(many));
        await TestContext.Out.WriteLineAsync($"{few} bytes: {of} held; {many} bytes: {ofMany} held");
        Assert.That(ofMany, Is.LessThan(of + (2 << 20)));
    }

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        options.Uploads.CheckpointBytes = new UploadOptions().CheckpointBytes;
    }
}
