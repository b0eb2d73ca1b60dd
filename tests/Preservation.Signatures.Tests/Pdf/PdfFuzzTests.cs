using Preservation.Testing.Certificates;
using Preservation.Testing.Fuzzing;

namespace Preservation.Signatures.Tests.Pdf;

[Category("Fuzz")]
public sealed class PdfFuzzTests
{
    [Test]
    public async Task Nothing_escapes_and_every_answer_comes()
    {
        using var root = new TestAuthority();
        using var signer = root.IssueSigner(saysNoRevocation: true);
        var seeds = new List<byte[]>();
        foreach (var style in Enum.GetValues<PdfStyle>())
        {
            var bench = PdfBench.Document(style).Sign(signer, style: style);
            bench.Set(7, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (Mai) /Rect [10 10 90 30] >>");
            bench.Save(style);
            seeds.Add(bench.Sign(signer, 20, 21, "Signature2", others: "7 0 R 10 0 R", style: style).Bytes);
        }
        seeds.AddRange(await Seeds.OfCorpusAsync("signatures/pades"));
        var policy = SigningBench.Trust(root.Certificate);
        await Fuzz.RunAsync("pdf", seeds, (file, cancellation) => SignatureVerification.VerifyAsync(SigningBench.File("x.pdf", file), [], policy, SigningBench.Now, cancellation));
    }
}
