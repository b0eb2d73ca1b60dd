using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

internal sealed class FileFactsTests
{
    [Test]
    public void Facts_are_unpacked_as_they_were_packed()
    {
        FileFacts[] facts =
        [
            new("representations/rep1/data/Quyết định\u00a0số 1.pdf", 12, new string('a', 64), new string('b', 128), "fmt/354", "PDF/A", "1b", "application/pdf"),
            new("a\"b\\c\u2028d.txt", 0, new string('0', 64), new string('1', 128), null, null, null, null),
            new("e\u0301.bin", long.MaxValue, new string('c', 64), new string('d', 128), null, "x", null, null),
        ];
        var again = FileFacts.Unpack(FileFacts.Pack(facts)).ToList();
        Assert.That(again, Is.EqualTo(facts));
        Assert.That(again[0].Sha256Digest.Hex, Is.EqualTo(facts[0].Sha256));
        Assert.That(again[0].Sha512Digest.Hex, Is.EqualTo(facts[0].Sha512));
    }

    [Test]
    public void Nothing_is_packed_into_nothing() => Assert.That(FileFacts.Unpack(FileFacts.Pack([])), Is.Empty);

    [Test]
    public void Ten_thousand_files_are_packed_small()
    {
        var facts = Enumerable.Range(0, 10_000).Select(i => new FileFacts($"data/{i:D5}.txt", 4096, new string('a', 64), new string('b', 128), "x-fmt/111", "Plain Text File", null, "text/plain")).ToList();
        var packed = FileFacts.Pack(facts);
        Assert.That(packed, Has.Length.LessThan(1 << 20));
        Assert.That(FileFacts.Unpack(packed).Count(), Is.EqualTo(10_000));
    }

    [Test]
    public void Damaged_digests_are_noticed() =>
        Assert.That(() => new FileFacts("a", 1, "nonsense", "nonsense", null, null, null, null).Sha256Digest, Throws.InvalidOperationException);
}
