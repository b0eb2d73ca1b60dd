using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class GrowingStreamTests
{
    [Test]
    public void What_is_written_in_any_pieces_comes_out_as_one() => Prop.ForAll<byte[][]>(pieces =>
        GrowingStream.Of(stream =>
        {
            foreach (var piece in pieces) stream.Write(piece);
        }).SequenceEqual(pieces.SelectMany(p => p))).QuickCheckThrowOnFailure();

    [TestCase(0)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(1_000_000)]
    public void Long_writings_cross_the_pieces_within(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        foreach (var step in new[] { 1_000, 65_536, 100_000 })
            Assert.That(GrowingStream.Of(stream =>
            {
                for (var at = 0; at < length; at += step) stream.Write(content, at, Math.Min(step, length - at));
            }), Is.EqualTo(content));
    }
}
