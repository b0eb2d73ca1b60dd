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
}
