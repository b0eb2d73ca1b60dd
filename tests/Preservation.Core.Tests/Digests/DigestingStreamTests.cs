using Preservation.Core.Digests;

namespace Preservation.Core.Tests.Digests;

public sealed class DigestingStreamTests
{
    private static readonly DigestAlgorithm[] Both = [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256];

    [TestCase(1000)]
    [TestCase(64 * 1024)]
    public async Task What_was_read_is_digested_though_the_reader_overwrites_its_buffer_at_once(int pieceBytes)
    {
        var content = new byte[300_001];
        new Random(1).NextBytes(content);
        using var source = new MemoryStream(content);
        await using var digesting = new DigestingStream(source, Both);
        var buffer = new byte[pieceBytes];
        while (await digesting.ReadAsync(buffer) > 0) buffer.AsSpan().Fill(0xff);
        Assert.That(digesting.Finish(), Is.EqualTo(ContentDigests.Of(content, Both)));
    }

    [Test]
    public async Task Both_ways_of_reading_may_take_turns()
    {
        var content = new byte[200_000];
        new Random(2).NextBytes(content);
        using var source = new MemoryStream(content);
        await using var digesting = new DigestingStream(source, Both);
        var buffer = new byte[50_000];
        while (await digesting.ReadAsync(buffer) > 0 && digesting.Read(buffer, 0, buffer.Length) > 0) { }
        Assert.That(digesting.Finish(), Is.EqualTo(ContentDigests.Of(content, Both)));
    }
}
