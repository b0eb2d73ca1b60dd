using System.Globalization;
using System.Text;
using Preservation.Signatures.Xml;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Xml;

public sealed class CanonicalisationTests
{
    [Test, Property("Clause", "Canonical XML 1.0 §3.1")]
    public void Instructions_and_comments_outside_of_the_document_element_stand_on_lines_of_their_own()
    {
        const string Document = "<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n<doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->\n\n<!-- Comment 3 -->";
        Assert.Multiple(() =>
        {
            Assert.That(Whole(Document), Is.EqualTo("<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!</doc>\n<?pi-without-data?>"));
            Assert.That(Whole(Document, withComments: true), Is.EqualTo(
                "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!<!-- Comment 1 --></doc>\n<?pi-without-data?>\n<!-- Comment 2 -->\n<!-- Comment 3 -->"));
        });
    }

    [Test, Property("Clause", "Canonical XML 1.0 §3.2")]
    public void White_space_in_content_is_kept()
    {
        const string Document = "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n      <clean>   </clean>\n      B\n   </mixed>\n</doc>";
        Assert.That(Whole(Document), Is.EqualTo(Document));
    }

    [Test, Property("Clause", "Canonical XML 1.0 §3.3")]
    public void Tags_are_written_out_and_attributes_sorted_and_superfluous_declarations_left_out() =>
        Assert.That(Whole("""
            <doc>
               <e1   />
               <e2   ></e2>
               <e3   name = "elem3"   id="elem3"   />
               <e4   name="elem4"   id="elem4"   ></e4>
               <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
                  xmlns:b="http://www.ietf.org"
                  xmlns:a="http://www.w3.org"
                  xmlns="http://example.org"/>
               <e6 xmlns="" xmlns:a="http://www.w3.org">
                  <e7 xmlns="http://www.ietf.org">
                     <e8 xmlns="" xmlns:a="http://www.w3.org">
                        <e9 xmlns="" xmlns:a="http://www.ietf.org"/>
                     </e8>
                  </e7>
               </e6>
            </doc>
            """), Is.EqualTo("""
            <doc>
               <e1></e1>
               <e2></e2>
               <e3 id="elem3" name="elem3"></e3>
               <e4 id="elem4" name="elem4"></e4>
               <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>
               <e6 xmlns:a="http://www.w3.org">
                  <e7 xmlns="http://www.ietf.org">
                     <e8 xmlns="">
                        <e9 xmlns:a="http://www.ietf.org"></e9>
                     </e8>
                  </e7>
               </e6>
            </doc>
            """));

    [Test, Property("Clause", "Canonical XML 1.0 §3.4")]
    public void References_and_sections_are_replaced_and_what_the_parser_would_change_is_escaped() =>
        Assert.That(Whole("<doc>\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n   <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\n   <compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute>\n   <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>\n</doc>"),
            Is.EqualTo("<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   <compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n   <compute expr=\"value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;\">valid</compute>\n   <norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm>\n</doc>"));

    [Test, Property("Clause", "XML 1.0 §2.11, §3.3.3")]
    public void Line_ends_become_line_feeds_and_white_space_in_attributes_spaces() =>
        Assert.That(Whole("<a b=\"1\r\n2\t3\n4\">x\r\ny\rz</a>"), Is.EqualTo("<a b=\"1 2 3 4\">x\ny\nz</a>"));

    [TestCase("iso-8859-1", 0xA9, "©")]
    [TestCase("iso-8859-2", 0xB9, "š")]
    [TestCase("windows-1258", 0xD2, "\u0309")]
    [TestCase("windows-1252", 0x80, "€")]
    [Property("Clause", "Canonical XML 1.0 §3.6")]
    public void Every_encoding_becomes_utf8(string encoding, int octet, string character)
    {
        byte[] document = [.. Encoding.ASCII.GetBytes($"<?xml version=\"1.0\" encoding=\"{encoding}\"?><doc>"), (byte)octet, .. "</doc>"u8];
        Assert.That(XmlBench.Canonical(new NodeSet(XmlBench.Parse(document), 0, false)), Is.EqualTo($"<doc>{character}</doc>"));
    }

    [Test, Property("Clause", "Canonical XML 1.0 §3.7")]
    public async Task A_document_subset_keeps_its_namespaces_and_inherits_attributes_of_xml()
    {
        const string Document = """
            <doc xmlns="http://www.ietf.org" xmlns:w3c="http://www.w3.org">
               <e1>
                  <e2 xmlns="" xml:space="preserve">
                     <e3 id="E3"/>
                  </e2>
               </e1>
            </doc>
            """;
        const string Chosen = "self::ietf:e1 or (parent::ietf:e1 and not(self::text() or self::e2)) or count(id(\"E3\")|ancestor-or-self::node()) = count(ancestor-or-self::node())";
        Assert.That(await FilterAsync(Document, $"<ds:XPath xmlns:ietf=\"http://www.ietf.org\">{Chosen}</ds:XPath>", XmlSignatureNames.XPath),
            Is.EqualTo("<e1 xmlns=\"http://www.ietf.org\" xmlns:w3c=\"http://www.w3.org\"><e3 xmlns=\"\" id=\"E3\" xml:space=\"preserve\"></e3></e1>"));
    }

    [Test, Property("Clause", "Exclusive XML Canonicalization §2.2")]
    public void The_exclusive_form_of_an_element_does_not_depend_on_where_it_stands()
    {
        const string Elem2 = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
        var first = XmlBench.Parse("<n0:pdu xmlns:n0=\"http://a.example\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:pdu>");
        var second = XmlBench.Parse("<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\" xml:space=\"preserve\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n2:pdu>");
        Assert.Multiple(() =>
        {
            foreach (var tree in new[] { first, second }) Assert.That(XmlBench.Canonical(new NodeSet(tree, Named(tree, "elem2"), false), CanonicalKind.Exclusive10), Is.EqualTo(Elem2));
            Assert.That(XmlBench.Canonical(new NodeSet(second, Named(second, "elem2"), false)), Is.EqualTo(
                "<n1:elem2 xmlns:n1=\"http://example.net\" xmlns:n2=\"http://foo.example\" xml:lang=\"en\" xml:space=\"preserve\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"));
        });
    }

    [Test, Property("Clause", "Exclusive XML Canonicalization §3")]
    public void Listed_prefixes_are_kept_and_a_default_namespace_is_undone_where_it_was_rendered()
    {
        var tree = XmlBench.Parse("<a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\"><b q:x=\"1\"><c xmlns=\"\" p=\"2\"><p:e/></c></b></a>");
        var b = new NodeSet(tree, Named(tree, "b"), false);
        Assert.Multiple(() =>
        {
            Assert.That(XmlBench.Canonical(b, CanonicalKind.Exclusive10), Is.EqualTo("<b xmlns=\"urn:d\" xmlns:q=\"urn:q\" q:x=\"1\"><c xmlns=\"\" p=\"2\"><p:e xmlns:p=\"urn:p\"></p:e></c></b>"));
            Assert.That(XmlBench.Canonical(b, CanonicalKind.Exclusive10, false, "p"), Is.EqualTo("<b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" q:x=\"1\"><c xmlns=\"\" p=\"2\"><p:e></p:e></c></b>"));
        });
    }

    [Test, Property("Clause", "Canonical XML 1.1 §2.4")]
    public void Version_1_1_inherits_language_and_space_alone_and_joins_bases()
    {
        var tree = XmlBench.Parse("<a xml:id=\"i\" xml:lang=\"vi\" xml:base=\"http://h/x/y/\" xml:other=\"o\"><b xml:base=\"../z/\"><c xml:base=\"f?q\"/><d/></b></a>");
        Assert.Multiple(() =>
        {
            Assert.That(XmlBench.Canonical(new NodeSet(tree, Named(tree, "c"), false), CanonicalKind.Inclusive11), Is.EqualTo("<c xml:base=\"http://h/x/z/f?q\" xml:lang=\"vi\"></c>"));
            Assert.That(XmlBench.Canonical(new NodeSet(tree, Named(tree, "d"), false), CanonicalKind.Inclusive11), Is.EqualTo("<d xml:base=\"http://h/x/z/\" xml:lang=\"vi\"></d>"));
            Assert.That(XmlBench.Canonical(new NodeSet(tree, Named(tree, "d"), false)), Is.EqualTo("<d xml:base=\"../z/\" xml:id=\"i\" xml:lang=\"vi\" xml:other=\"o\"></d>"));
        });
    }

    [TestCase("a", "b", "b")]
    [TestCase("a/", "b", "a/b")]
    [TestCase("a/b/c", "../x", "a/x")]
    [TestCase("../a", "..", "../../")]
    [TestCase("..", "x", "../x")]
    [TestCase("http://h/a/b", "../../..", "http://h/")]
    [TestCase("http://h/a", "//g/x/./y", "http://g/x/y")]
    [TestCase("http://h/a?q", "?r", "http://h/a?r")]
    [TestCase("a/b", "", "a/b")]
    [Property("Clause", "Canonical XML 1.1 §2.4")]
    public void Bases_are_joined_as_relative_references_too(string @base, string reference, string joined) => Assert.That(UriReferences.Join(@base, reference), Is.EqualTo(joined));

    // libxml2 is the other judge: whole documents with whatever makes canonicalisation hard, in every form it knows.
    [Test]
    public async Task Whole_documents_agree_with_libxml2()
    {
        var random = new Random(Tier.Seed);
        var folder = Directory.CreateTempSubdirectory("preservation-c14n-").FullName;
        try
        {
            for (var i = 0; i < (Tier.IsLong ? 500 : 40); i++)
            {
                var document = Encoding.UTF8.GetBytes(RandomDocument(random));
                await File.WriteAllBytesAsync(System.IO.Path.Join(folder, "x.xml"), document);
                var set = new NodeSet(XmlBench.Parse(document), 0, withComments: true);
                foreach (var (option, kind) in new[] { ("--c14n", CanonicalKind.Inclusive10), ("--c14n11", CanonicalKind.Inclusive11), ("--exc-c14n", CanonicalKind.Exclusive10) })
                {
                    var (_, expected) = await OutsideProgram.RunAsync("xmllint", folder, option, "x.xml");
                    Assert.That(XmlBench.Canonical(set, kind, withComments: true), Is.EqualTo(expected), $"{option}, seed {Tier.Seed}, document {i}");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string RandomDocument(Random random)
    {
        var text = new StringBuilder("<!-- before --><?pi before?>");
        Element(0);
        return text.Append("<!-- after --><?pi?>").ToString();

        void Element(int depth)
        {
            string[] prefixes = ["", "a:", "b:"];
            var prefix = prefixes[random.Next(3)];
            var name = prefix + (char)('p' + random.Next(3));
            text.Append('<').Append(name);
            // Both prefixes are always declared at the top, and sometimes again.
            if (depth == 0 || random.Next(4) == 0) text.Append(string.Create(CultureInfo.InvariantCulture, $" xmlns:a=\"urn:{random.Next(2)}\""));
            if (depth == 0 || random.Next(4) == 0) text.Append(string.Create(CultureInfo.InvariantCulture, $" xmlns:b=\"urn:{2 + random.Next(2)}\""));
            if (random.Next(4) == 0) text.Append(random.Next(2) == 0 ? " xmlns=\"\"" : $" xmlns=\"urn:d{random.Next(2)}\"");
            if (random.Next(3) == 0) text.Append(" z=\"&lt;&amp;&quot;&#13;&#10;&#9; > '\"");
            if (random.Next(3) == 0) text.Append(" a:y='tiếng &#x1F600; Việt'");
            if (random.Next(3) == 0) text.Append(" b:y=\"1\" xml:lang=\"vi\"");
            text.Append('>');
            for (var i = random.Next(5); i > 0 && depth < 6; i--)
            {
                switch (random.Next(5))
                {
                    case 0: text.Append("x &lt; y &amp; z &gt; \" ' &#13;\n"); break;
                    case 1: text.Append("<![CDATA[<&>]]>"); break;
                    case 2: text.Append("<!-- c < & --><?t  d > ?>"); break;
                    default: Element(depth + 1); break;
                }
            }
            text.Append("</").Append(name).Append('>');
        }
    }

    private static string Whole(string document, bool withComments = false) =>
        XmlBench.Canonical(new NodeSet(XmlBench.Parse(document), 0, withComments), withComments: withComments);

    internal static int Named(XmlTree tree, string local) => Enumerable.Range(1, tree.Count - 1).First(i => tree.IsElement(i) && tree.NameOf(i).Local == local);

    /// <summary>Takes a document through a transform that stands in another.</summary>
    internal static async Task<string> FilterAsync(string document, string expressions, string algorithm)
    {
        var reference = XmlBench.Parse($"<ds:Reference{XmlBench.Namespace} URI=\"d.xml\"><ds:Transforms>{XmlBench.Transform(algorithm, expressions)}</ds:Transforms></ds:Reference>");
        var budget = new XmlBudget(SignatureLimits.Default);
        var dereferencing = new Dereferencing(reference, XmlSources.Beside([SigningBench.File("d.xml", Encoding.UTF8.GetBytes(document))], []), budget);
        var data = await dereferencing.ResolveAsync(XmlReference.Read(reference, reference.Root), default);
        return Encoding.UTF8.GetString((await dereferencing.ToOctetsAsync(data, default)).Span);
    }
}
