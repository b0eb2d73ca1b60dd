using Preservation.Testing.Fuzzing;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>Spoilt signed files of each format of the corpus: a report each, never an exception.</summary>
[Category("Fuzz")]
public sealed class FormatFuzzTests
{
    [Test]
    public async Task Cms() => await RunAsync("CMS", "x.p7s", await Seeds.OfCorpusAsync("signatures/cades", "signatures/cades-er"));

    [Test]
    public async Task Xml() => await RunAsync("XML signatures", "x.xml", await Seeds.OfCorpusAsync("signatures/xades", "signatures/hostile-xml"));

    [TestCase("asic-cades", "x.asice")]
    [TestCase("asic-xades", "x.bdoc")]
    [TestCase("asic-er", "x.asice")]
    [TestCase("tst-asics", "x.asics")]
    public async Task Containers(string folder, string name) => await RunAsync(folder, name, WithStored(await Seeds.OfCorpusAsync("signatures/" + folder)), share: 4);

    [TestCase("ooxml", "x.docx")]
    [TestCase("odf", "x.odt")]
    public async Task Office_documents(string folder, string name) => await RunAsync(folder, name, WithStored(await Seeds.OfCorpusAsync("signatures/" + folder)), share: 2);

    private static Task RunAsync(string format, string name, List<byte[]> seeds, int share = 1) => Fuzz.RunAsync(format, seeds, async (bytes, cancellationToken) =>
    {
        var report = await SignatureVerification.VerifyAsync(SigningBench.File(name, bytes), [], new VerificationPolicy(), SigningBench.Now, cancellationToken);
        Assert.That(Enum.IsDefined(report.Outcome));
    }, share);

    private static List<byte[]> WithStored(List<byte[]> seeds) => [.. seeds, .. seeds.Where(s => s.AsSpan().StartsWith("PK\u0003\u0004"u8)).Select(Seeds.Stored)];
}
