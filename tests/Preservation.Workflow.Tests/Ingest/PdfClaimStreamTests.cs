using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

internal sealed class PdfClaimStreamTests
{
    private static async Task<(string Found, byte[] Passed)> WriteAsync(byte[] content, IEnumerable<int> pieces)
    {
        using var passed = new MemoryStream();
        await using var claim = new PdfClaimStream(passed);
        var at = 0;
        foreach (var length in pieces.Append(content.Length))
        {
            var piece = Math.Min(length, content.Length - at);
            if (piece > 0) await claim.WriteAsync(content.AsMemory(at, piece));
            at += piece;
        }
        return (Encoding.Latin1.GetString(claim.Found), passed.ToArray());
    }

    [Test]
    public void A_claim_is_found_however_the_file_is_cut()
    {
        var pieces = Gen.Choose(1, 9).ArrayOf(60);
        var cases = pieces.Zip(Gen.Choose(0, 150)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var content = Encoding.Latin1.GetBytes("%PDF-1.7 " + new string('p', c.Item2) + "pdfaid:part>2<pdfaid:conformance>B");
            // The first write holds the file's first bytes, as every copy does.
            var (found, passed) = Task.Run(() => WriteAsync(content, [5, .. c.Item1])).GetAwaiter().GetResult();
            return found == "pdfaid:part>2<pdfaid:conformance>B" && passed.AsSpan().SequenceEqual(content);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [TestCase("%PDF-1.7 pdfaid pdfaid : part")]
    [TestCase("no PDF but pdfaid:part>2")]
    [TestCase("")]
    public async Task Without_a_claim_there_is_none(string content) => Assert.That((await WriteAsync(Encoding.Latin1.GetBytes(content), [7, 1, 2])).Found, Is.Empty);

    [Test]
    public async Task No_more_is_kept_than_is_needed() =>
        Assert.That((await WriteAsync(Encoding.Latin1.GetBytes("%PDF-1.7 pdfaid:" + new string('x', 10_000)), [20, 100, 4000])).Found, Has.Length.EqualTo(512));
}
