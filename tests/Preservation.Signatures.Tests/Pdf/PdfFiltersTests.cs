using System.IO.Compression;
using System.Text;
using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Tests.Pdf;

public sealed class PdfFiltersTests
{
    [Test, Property("Clause", "ISO 32000-2 §7.4.4.2, example 2")]
    public void Lzw_gives_the_standards_example() =>
        Assert.That(Decode("LZWDecode", [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]), Is.EqualTo(new byte[] { 45, 45, 45, 45, 45, 65, 45, 45, 45, 66 }));

    [TestCase("ASCIIHexDecode", "48 65 6C6c 6F>", "Hello")]
    [TestCase("ASCIIHexDecode", "487>", "Hp")]
    [TestCase("ASCII85Decode", "87cURDZ~>", "Hello")]
    [TestCase("ASCII85Decode", "z~>", "\0\0\0\0")]
    [TestCase("RunLengthDecode", "\u0002abc\u00FEd\u0080zz", "abcddd")]
    public void Text_filters_are_undone(string filter, string data, string expected) =>
        Assert.That(Encoding.Latin1.GetString(Decode(filter, Encoding.Latin1.GetBytes(data))), Is.EqualTo(expected));

    [TestCase(0, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [TestCase(1, new byte[] { 1, 1, 1, 4, 1, 1 })]
    [TestCase(2, new byte[] { 1, 2, 3, 3, 3, 3 })]
    [TestCase(3, new byte[] { 1, 2, 2, 4, 2, 2 })]
    [TestCase(4, new byte[] { 1, 1, 1, 3, 1, 1 })]
    public void Png_predictors_are_undone(int kind, byte[] written)
    {
        byte[] rows = [(byte)kind, .. written[..3], (byte)kind, .. written[3..]];
        Assert.That(Decode("FlateDecode", Deflate(rows), ("Predictor", 15), ("Columns", 3)), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public void The_tiff_predictor_is_undone() =>
        Assert.That(Decode("FlateDecode", Deflate([1, 1, 1, 4, 1, 1]), ("Predictor", 2), ("Columns", 3)), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6 }));

    [Test]
    public void A_bomb_is_stopped()
    {
        var bomb = Deflate(new byte[10 << 20]);
        Assert.That(() => PdfFilters.Decode(bomb, [("FlateDecode", null)], _ => null, 1 << 20), Throws.TypeOf<PdfException>());
    }

    [Test]
    public void An_unknown_filter_and_damage_are_said()
    {
        Assert.That(() => Decode("JBIG2Decode", [1]), Throws.TypeOf<PdfException>());
        Assert.That(() => Decode("FlateDecode", [1, 2, 3, 4]), Throws.TypeOf<PdfException>());
    }

    private static byte[] Decode(string filter, byte[] data, params (string Key, int Value)[] parameters) => PdfFilters.Decode(
        data, [(filter, new PdfObject.Dictionary(parameters.ToDictionary(p => p.Key, p => (PdfObject)new PdfObject.Integer(p.Value)), 0))],
        o => (o as PdfObject.Integer)?.Value, 1 << 20);

    private static byte[] Deflate(byte[] data)
    {
        var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(data);
        return output.ToArray();
    }
}
