using System.Text;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Tests.Xml;

public sealed class XmlTreeReaderTests
{
    [TestCase("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>")]
    [TestCase("<?xml version=\"1.0\"?>\n<!-- c -->\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>")]
    [TestCase("<!DOCTYPE lolz [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;\">]><lolz>&m;</lolz>")]
    public void A_document_type_is_refused_before_anything_is_expanded(string document)
    {
        Assert.That(Read(Encoding.UTF8.GetBytes(document)), Is.InstanceOf<XmlParse.DocumentType>());
        Assert.That(Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(document.Replace("<?xml version=\"1.0\"?>", "", StringComparison.Ordinal))]), Is.InstanceOf<XmlParse.DocumentType>());
    }

    [TestCase("<a>")]
    [TestCase("<a>&undeclared;</a>")]
    [TestCase("<a b='1' b='2'/>")]
    [TestCase("<p:a/>")]
    [TestCase("<a/><!DOCTYPE a>")]
    [TestCase("")]
    [TestCase("<?xml version=\"1.0\" encoding=\"no-such\"?><a/>")]
    public void What_is_not_well_formed_says_so(string document) => Assert.That(Read(Encoding.UTF8.GetBytes(document)), Is.InstanceOf<XmlParse.Malformed>());

    [Test]
    public void Depth_attributes_names_and_nodes_have_bounds()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Limit(string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000))), Is.EqualTo("MaxXmlDepth"));
            Assert.That(Limit("<a " + string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"b{i}=''")) + "/>"), Is.EqualTo("MaxXmlAttributes"));
            Assert.That(Limit("<a>" + string.Concat(Enumerable.Range(0, 60_000).Select(i => $"<b{i}/>")) + "</a>"), Is.EqualTo("MaxXmlNames"));
            Assert.That(Limit("<a>" + string.Concat(Enumerable.Repeat("<b/>", 2_000)) + "</a>", SignatureLimits.Default with { MaxXmlNodes = 1_000 }), Is.EqualTo("MaxXmlNodes"));
            Assert.That(Limit("<a b='" + new string('x', 1 << 20) + "'/>"), Is.EqualTo("attribute value"));
            Assert.That(Limit("<a>" + new string('x', 1 << 20) + "</a>", SignatureLimits.Default with { MaxXmlBytes = 1 << 19 }), Is.EqualTo("MaxXmlBytes"));
        });
    }

    [Test]
    public void Long_texts_and_characters_beyond_the_first_plane_survive_being_read_in_pieces()
    {
        var text = new StringBuilder("x");
        for (var i = 0; i < 100_000; i++) text.Append("😀ế");
        var tree = XmlBench.Parse($"<a>{text}</a>");
        Assert.That(tree.StringValue(tree.Root), Is.EqualTo(text.ToString()));
    }

    [Test]
    public async Task A_file_read_in_portions_gives_the_same_tree([Values(1, 7, 4_095, 1 << 20)] int atOnce)
    {
        var text = new StringBuilder("<?xml version=\"1.0\"?>\n<r xmlns='urn:r' xmlns:p='urn:p'><!-- first --><?go on?>");
        for (var i = 0; i < 700; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<p:record id='r{i}' kind='văn bản'>\n<title>Quyết định số {i} 😀</title><empty/></p:record>");
        text.Append("<long>").Append('ế', 40_000).Append("</long></r>");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var parse = await XmlTreeReader.ReadAsync(InPortions(bytes, bytes.Length, atOnce), SignatureLimits.Default, default);
        Assert.That(Shown(((XmlParse.Parsed)parse).Tree), Is.EqualTo(Shown(((XmlParse.Parsed)Read(bytes)).Tree)));
    }

    [Test]
    public async Task A_file_is_refused_as_its_bytes_are()
    {
        var encoded = "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\u00e9</a>"u8.ToArray();
        foreach (var bytes in new[] { "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"u8.ToArray(), "<a>"u8.ToArray(), [], "<?xml version=\"1.0\" encoding=\"no-such\"?><a/>"u8.ToArray(), encoded })
        {
            var parse = await XmlTreeReader.ReadAsync(InPortions(bytes, bytes.Length, 3), SignatureLimits.Default, default);
            Assert.That(parse.GetType(), Is.EqualTo(Read(bytes).GetType()), Encoding.UTF8.GetString(bytes));
        }
        Assert.That(await XmlTreeReader.ReadAsync(InPortions(encoded, 1 << 20, 3), SignatureLimits.Default with { MaxXmlBytes = 1 << 19 }, default), Is.InstanceOf<XmlParse.TooLarge>());
        Assert.That(await XmlTreeReader.ReadAsync(InPortions("<a></a>"u8.ToArray(), 5, 3), SignatureLimits.Default, default), Is.InstanceOf<XmlParse.Malformed>(), "no more is read than was said");
        Assert.That(await XmlTreeReader.ReadAsync(InPortions("<a></a>"u8.ToArray(), 100, 3), SignatureLimits.Default, default), Is.InstanceOf<XmlParse.Parsed>(), "fewer bytes than were said");
    }

    [Test]
    public void Values_of_every_length_are_kept()
    {
        int[] lengths = [0, 1, 127, 128, 16_383, 16_384, 349_525, 5, 349_525, 349_520, 0];
        var tree = XmlBench.Parse("<a>" + string.Concat(lengths.Select(n => $"<b c='{new string('ế', n)}'/>")) + "</a>");
        Assert.That(tree.Elements(tree.Root).Select(b => tree.ValueOf(b, "c")), Is.EqualTo(lengths.Select(n => new string('ế', n))));
    }

    [Test]
    public void Attributes_and_declarations_are_those_of_their_element_in_whatever_order_they_are_asked()
    {
        var text = new StringBuilder("<a>");
        for (var i = 0; i < 300; i++)
            text.Append("<b").Append(string.Concat(Enumerable.Range(0, i % 4).Select(n => $" c{n}='{i}' xmlns:p{n}='urn:{i}'"))).Append('/').Append('>');
        var tree = XmlBench.Parse(text.Append("</a>").ToString());
        var elements = tree.Elements(tree.Root).ToList();
        var order = Enumerable.Range(0, 300).Concat(Enumerable.Range(0, 300).Reverse()).Concat(Enumerable.Range(0, 300).Select(i => i * 7 % 300));
        foreach (var i in order)
        {
            var (attributes, declarations) = (tree.AttributesOf(elements[i]), tree.DeclarationsOf(elements[i]));
            Assert.That((Length(attributes), Length(declarations)), Is.EqualTo((i % 4, i % 4)));
            if (i % 4 == 0) continue;
            Assert.That(tree.ValueOf(elements[i], $"c{i % 4 - 1}"), Is.EqualTo($"{i}"));
            Assert.That(tree.NamespaceAt(elements[i], $"p{i % 4 - 1}"), Is.EqualTo($"urn:{i}"));
        }
    }

    [Test]
    public async Task A_large_file_takes_little_more_memory_than_its_texts_and_a_dozen_bytes_a_node()
    {
        var text = new StringBuilder("<list>");
        for (var i = 0; i < 20_000; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<record id='r{i}'><number>{i}</number><title>Quyết định số {i}</title></record>\n");
        var bytes = Encoding.UTF8.GetBytes(text.Append("</list>").ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var parse = await XmlTreeReader.ReadAsync(InPortions(bytes, bytes.Length, 1 << 20), SignatureLimits.Default, default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var tree = ((XmlParse.Parsed)parse).Tree;
        Assert.That(allocated, Is.LessThan(12 * tree.Count + 60 * tree.AttributeCount + bytes.Length / 2 + (2 << 20)));
    }

    [Test]
    public void An_Id_is_found_once_or_refused()
    {
        var tree = XmlBench.Parse("<r><a Id='x'/><b ID='y'/><c id='y'/><d xml:id='z' Id='z'/></r>");
        Assert.Multiple(() =>
        {
            Assert.That(tree.NameOf(tree.FindId("x")).Local, Is.EqualTo("a"));
            Assert.That(tree.FindId("y"), Is.EqualTo(-2));
            Assert.That(tree.NameOf(tree.FindId("z")).Local, Is.EqualTo("d"));
            Assert.That(tree.FindId("none"), Is.EqualTo(-1));
        });
    }

    [Test]
    public void Sixteen_megabytes_are_held_in_less_than_fifty()
    {
        var line = "<entry id=\"12345\"><title xml:lang=\"vi\">Quyết định số 12345</title><note>Nội dung của mục này</note></entry>\n";
        var document = Encoding.UTF8.GetBytes("<list>" + string.Concat(Enumerable.Repeat(line, (16 << 20) / Encoding.UTF8.GetByteCount(line))) + "</list>");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tree = XmlBench.Parse(document);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(tree.Count, Is.GreaterThan(700_000));
        Assert.That(held, Is.LessThan(50 << 20));
    }

    private static XmlParse Read(byte[] document) => XmlTreeReader.Read(document, SignatureLimits.Default);

    private static string? Limit(string document, SignatureLimits? limits = null) => (XmlTreeReader.Read(Encoding.UTF8.GetBytes(document), limits ?? SignatureLimits.Default) as XmlParse.TooLarge)?.Limit;

    private static int Length(Range range) => range.End.Value - range.Start.Value;

    // A stream may give as little at once as it likes.
    private static SignedFile InPortions(byte[] bytes, long said, int atOnce) => new("x.xml", said, _ => Task.FromResult<Stream>(new PortionStream(bytes, atOnce)));

    private static List<string> Shown(XmlTree tree)
    {
        var shown = new List<string>();
        for (var node = 0; node < tree.Count; node++)
        {
            var isText = tree.KindOf(node) > XmlNodeKind.Element;
            shown.Add($"{tree.KindOf(node)} {tree.ParentOf(node)}-{tree.EndOf(node)} {(tree.KindOf(node) is XmlNodeKind.Element ? tree.NameOf(node) : null)} {(isText ? Encoding.UTF8.GetString(tree.TextOf(node)) : "")}");
            var attributes = tree.AttributesOf(node);
            for (var i = attributes.Start.Value; i < attributes.End.Value; i++) shown.Add($"{tree.AttributeOwner(i)} {tree.AttributeName(i)} {Encoding.UTF8.GetString(tree.AttributeValue(i))}");
            var declarations = tree.DeclarationsOf(node);
            for (var i = declarations.Start.Value; i < declarations.End.Value; i++) shown.Add($"{tree.DeclarationAt(i)}");
        }
        return shown;
    }

    private sealed class PortionStream(byte[] bytes, int atOnce) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atOnce)]);
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }
}
