using Preservation.Signatures.Xml;
using Preservation.Signatures.Xml.XPath;

namespace Preservation.Signatures.Tests.Xml;

public sealed class XPathTests
{
    private const string Document = "<r xmlns:d=\"urn:d\"><a i=\"1\">x<b/></a><a i=\"2\"><d:c>y</d:c></a><s Id=\"q\"/></r>";

    [TestCase("//a[@i='2']/d:c", "c")]
    [TestCase("/r/a[1]", "a")]
    [TestCase("/r/a[last()]/*", "c")]
    [TestCase("//*[local-name()='c' and namespace-uri()='urn:d']", "c")]
    [TestCase("//b/ancestor::a", "a")]
    [TestCase("id('q')", "s")]
    [TestCase("(//a)[2]/child::node()", "c")]
    [TestCase("//a[not(b)]", "a")]
    [TestCase("//a[count(*)=1][2]", "a")]
    [TestCase("//d:*", "c")]
    [TestCase("//a[contains(., 'y') or starts-with(string(), 'zz')]", "a")]
    [TestCase("/descendant::s | //s", "s")]
    [TestCase("//b/../following-sibling::a[1]", "a")]
    public void Expressions_of_signature_tools_select_what_they_should(string expression, string name)
    {
        var tree = XmlBench.Parse(Document);
        var found = (List<XPathNode>)Evaluate(tree, expression);
        Assert.That(found.Select(n => tree.NameOf(n.Node).Local), Is.EqualTo(new[] { name }));
    }

    [TestCase("count(//a) = 2", true)]
    [TestCase("//a/@i = '2'", true)]
    [TestCase("//a/@i != '2'", true)]
    [TestCase("boolean(//zz)", false)]
    [TestCase("//a/@i > 1", true)]
    [TestCase("normalize-space('  a  b ') = 'a b'", true)]
    [TestCase("name(//d:c) = 'd:c'", true)]
    [TestCase("not(false()) and true()", true)]
    public void Conversions_and_comparisons_follow_the_specification(string expression, bool expected) =>
        Assert.That(XPathValue.ToBoolean(Evaluate(XmlBench.Parse(Document), expression)), Is.EqualTo(expected));

    [TestCase("document('http://h/')")]
    [TestCase("//a[1 + 1]")]
    [TestCase("$x")]
    [TestCase("preceding::a")]
    [TestCase("namespace::*")]
    [TestCase("//x:a")]
    [TestCase("//a[")]
    [TestCase("'open")]
    [TestCase("")]
    public void What_is_not_built_is_refused_while_parsing(string expression) =>
        Assert.That(() => Evaluate(XmlBench.Parse(Document), expression), Throws.InstanceOf<XmlUnsupportedException>());

    [Test]
    public void Nesting_and_steps_have_bounds()
    {
        var deep = new string('(', 200) + "1" + new string(')', 200);
        Assert.That(() => Evaluate(XmlBench.Parse(Document), deep), Throws.InstanceOf<XmlUnsupportedException>());
        var wide = XmlBench.Parse("<r>" + string.Concat(Enumerable.Repeat("<a/>", 3_000)) + "</r>");
        var budget = new XmlBudget(SignatureLimits.Default with { MaxXPathSteps = 1_000_000 });
        Assert.That(() => Evaluate(wide, "//*[//*[//*[//a]]]", budget), Throws.InstanceOf<XmlLimitException>());
    }

    [Test, Property("Clause", "XPath Filter 2.0 §3.4")]
    public async Task Filters_intersect_subtract_and_add_subtrees()
    {
        const string Filter = "http://www.w3.org/2002/06/xmldsig-filter2";
        static string Set(string kind, string expression) => $"<f:XPath xmlns:f=\"{Filter}\" Filter=\"{kind}\">{expression}</f:XPath>";
        Assert.That(await CanonicalisationTests.FilterAsync("<r><a>1<b>2</b></a><c>3</c></r>", Set("intersect", "//a | //c") + Set("subtract", "//b") + Set("union", "/r/a/b/text()"), Filter),
            Is.EqualTo("<a>12</a><c>3</c>"));
    }

    [TestCase("not(ancestor-or-self::s)", "<r><a>1</a></r>")]
    [TestCase("not(ancestor-or-self::a) and not(self::text())", "<r><s><t></t></s></r>")]
    [TestCase("self::a or parent::a", "<a>1</a>")]
    public async Task The_XPath_transform_asks_every_node(string expression, string expected) =>
        Assert.That(await CanonicalisationTests.FilterAsync("<r><a>1</a><s>2<t/></s></r>", $"<ds:XPath>{expression}</ds:XPath>", XmlSignatureNames.XPath), Is.EqualTo(expected));

    private static object Evaluate(XmlTree tree, string expression, XmlBudget? budget = null) =>
        XPathParser.Parse(expression, p => p == "d" ? "urn:d" : "").Evaluate(new XPathContext(tree, -1, budget ?? new XmlBudget(SignatureLimits.Default), new XPathNode(0), 1, 1));
}
