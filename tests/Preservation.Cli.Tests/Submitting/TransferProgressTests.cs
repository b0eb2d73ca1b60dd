using Preservation.Cli.Submitting;

namespace Preservation.Cli.Tests.Submitting;

internal sealed class TransferProgressTests
{
    [Test]
    public void The_bar_tells_the_share_the_bytes_and_the_packages()
    {
        using var text = new StringWriter();
        using (var progress = new TransferProgress([1024, 3072], isWanted: true, TimeProvider.System, text))
        {
            progress.Sent(0, 1024);
            progress.Done();
            progress.Sent(1, 3072);
            progress.Done();
        }
        var bars = text.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(bars[0].Trim(), Is.EqualTo("[#######.......................]  25%  1.0 KiB of 4.0 KiB  0/2"));
        Assert.That(bars[^1].Trim(), Is.EqualTo("[##############################] 100%  4.0 KiB of 4.0 KiB  2/2"));
    }

    [TestCase(5L << 20, "5.0 MiB")]
    [TestCase(100L << 30, "100.0 GiB")]
    [TestCase(0, "0.0 KiB")]
    public void Sizes_are_told_as_people_say_them(long bytes, string size)
    {
        using var text = new StringWriter();
        using (var progress = new TransferProgress([bytes], isWanted: true, TimeProvider.System, text)) progress.Sent(0, bytes);
        Assert.That(text.ToString(), Does.Contain($"100%  {size} of {size}"));
    }

    [Test]
    public void Where_nobody_looks_only_lines_are_written()
    {
        using var text = new StringWriter();
        using (var progress = new TransferProgress([10], isWanted: false, TimeProvider.System, text))
        {
            progress.Sent(0, 10);
            progress.Say("preserve: checking");
            progress.Done();
        }
        Assert.That(text.ToString(), Is.EqualTo("preserve: checking" + Environment.NewLine));
    }
}
