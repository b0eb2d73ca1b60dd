namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>Many who read while many send: a short sample in CI, the whole in the long tier and by <c>deploy/bench load</c>.</summary>
[NonParallelizable]
internal sealed class LoadTests
{
    [Test]
    public async Task Reads_and_uploads_at_once_are_all_answered_and_every_upload_is_whole()
    {
        var report = Machine.IsLong ? await LoadRun.RunAsync(TimeSpan.FromMinutes(5), 500, 200) : await LoadRun.RunAsync(TimeSpan.FromSeconds(15), 25, 10, kept: 10);
        await TestContext.Out.WriteLineAsync(report.ToString());
        Assert.That(report.Errors, Is.Empty);
        Assert.That(report.Whole, Is.EqualTo(report.Uploads));
        if (Machine.IsLong) Assert.That(report.Growth, Is.LessThan(1.10), "memory is flat");
    }
}
