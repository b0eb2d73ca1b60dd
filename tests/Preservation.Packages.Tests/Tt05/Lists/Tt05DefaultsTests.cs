using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tests.Tt05.Lists;

public sealed class Tt05DefaultsTests
{
    [TestCase("mode=01", "document.mode=01 file.mode=01")]
    [TestCase("document.mode=Công khai", "document.mode=01")]
    [TestCase("dossier.language=Tiếng Việt", "file.language=01")]
    [TestCase("numberOfPage=7", "document.numberOfPage=7")]
    [TestCase("file.numberOfPage=7", "file.numberOfPage=7")]
    [TestCase("issuedDay=1", "document.issuedDay=01")]
    [TestCase("registrationCode=NL.01", "file.registrationCode=NL.01")]
    [TestCase("organName=A=B", "document.organName=A=B")]
    public void A_default_names_a_field_with_or_without_its_scope(string text, string expected) =>
        Assert.That(string.Join(' ', Tt05Defaults.Parse([text]).Values.Select(v => $"{v.Key}={v.Value}")), Is.EqualTo(expected));

    [TestCase("mode")]
    [TestCase("mode=")]
    [TestCase("=01")]
    [TestCase("mode=99")]
    [TestCase("nothing=1")]
    [TestCase("docOrdinal=1")]
    [TestCase("path=a.pdf")]
    [TestCase("fileCode=A")]
    [TestCase("numberOfPage=many")]
    [TestCase("file.typeName=01")]
    public void What_names_no_field_or_no_value_of_it_is_refused(string text) => Assert.That(() => Tt05Defaults.Parse([text]), Throws.TypeOf<FormatException>());

    [Test]
    public async Task A_source_in_JSON_is_filled_in_the_same_way_and_says_so()
    {
        var source = await Tt05Samples.SourceAsync(Tt05Samples.Json.Replace("\"typeName\": \"15\", ", "", StringComparison.Ordinal));
        var (filled, findings) = Tt05Defaults.Parse(["typeName=32", "mode=02", "riskRecoveryStatus=01"]).Fill(source);
        Assert.That(filled.Documents.Select(d => (d.Fields["typeName"], d.Fields["mode"])), Is.EqualTo(new[] { ("02", "01"), ("32", "01"), ("22", "01") }));
        Assert.That(findings.Select(f => (f.Rule.Code, f.Path, f.Expected, f.Found)), Is.EqualTo(new[] { ("VN-LIST-DEFAULT", "documents", "document.typeName=32", "1 (2)") }));
    }
}
