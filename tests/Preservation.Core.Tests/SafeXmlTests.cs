using System.Text;
using System.Xml;

namespace Preservation.Core.Tests;

internal sealed class SafeXmlTests
{
    // Found by fuzzing a descriptor: the framework's reader lost its place in its own buffer and threw an ArgumentOutOfRangeException.
    [Test]
    public Task A_declaration_with_bytes_that_are_no_text_is_malformed_and_nothing_worse() =>
        Assert.ThatAsync(() => ReadAsync(Convert.FromBase64String("PD94bWwgdmVyc2lvbj0iMS4wMf7Fvl0iIGVuY29kaW5nPSJ1dGYtOCI/Pg==")), Throws.TypeOf<XmlException>());

    [Test]
    public async Task Any_byte_beyond_ascii_in_a_declaration_is_refused_wherever_it_stands([Range(6, 37)] int at, [Values(0x80, 0xC5, 0xFE)] int value, [Values] bool hasMark)
    {
        var bytes = Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>");
        bytes[at] = (byte)value;
        await Assert.ThatAsync(() => ReadAsync(hasMark ? [0xEF, 0xBB, 0xBF, .. bytes] : bytes), Throws.TypeOf<XmlException>());
    }

    [TestCase("<?xml version=\"1.0\" encoding=\"utf-8\"?><ấ>ộ</ấ>", "utf-8")]
    [TestCase("<ấ>ộ</ấ>", "utf-8")]
    [TestCase("<?xml version=\"1.0\"?>\n<!-- ộ --><ấ/>", "utf-8")]
    [TestCase("<?xml version=\"1.0\" encoding=\"utf-16\"?><ấ>ộ</ấ>", "utf-16")]
    [TestCase("<?xml version=\"1.0\" encoding=\"utf-16BE\"?><ấ>ộ</ấ>", "utf-16BE")]
    public async Task Sound_documents_are_read_in_pieces_of_any_size(string text, string encoding)
    {
        var written = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. written.GetPreamble(), .. written.GetBytes(text)];
        foreach (var piece in new[] { 1, 3, 4096 })
            await Assert.ThatAsync(() => ReadAsync(bytes, piece), Is.EqualTo("ấ"));
    }

    [Test]
    public Task What_is_not_xml_at_all_is_malformed([Values("", "<", "<?xm", "<?xml", "ộ", "<?xml-stylesheet ộ?>x")] string text) => Assert.ThatAsync(() => ReadAsync(Encoding.UTF8.GetBytes(text)), Throws.TypeOf<XmlException>());

    private static async Task<string> ReadAsync(byte[] bytes, int piece = 4096)
    {
        await using var stream = new Pieces(bytes, piece);
        using var xml = SafeXml.Read(stream, new Limits());
        await xml.MoveToContentAsync();
        var name = xml.LocalName;
        while (await xml.ReadAsync()) { }
        return name;
    }

    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes, writable: false)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(piece, count));
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => base.ReadAsync(buffer, offset, Math.Min(piece, count), cancellationToken);
    }
}
