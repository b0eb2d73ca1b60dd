using System.Text;
using System.Text.Json.Nodes;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests.Tt05;

/// <summary>Tables change by data alone, and each package is judged by those of its day.</summary>
public sealed class Tt05EditionTests
{
    private static readonly DateOnly Later = new(2026, 6, 1);

    /// <summary>The built-in files, with a later edition beside the first that differs by the change.</summary>
    private static Tt05Editions With(Action<JsonNode> change)
    {
        var files = Tt05Editions.Embedded();
        foreach (var (path, bytes) in files.Where(f => f.Key.StartsWith("2025-07-01/", StringComparison.Ordinal)).ToList()) files["later" + path[10..]] = bytes;
        var fields = JsonNode.Parse(files["later/fields.json"])!;
        change(fields);
        files["later/fields.json"] = Encoding.UTF8.GetBytes(fields.ToJsonString());
        files["editions.json"] = Encoding.UTF8.GetBytes("""
            { "editions": [ { "folder": "later", "validFrom": "2026-06-01", "validUntil": null }, { "folder": "2025-07-01", "validFrom": "2025-07-01", "validUntil": "2026-05-31" } ] }
            """);
        return Tt05Editions.Load(files);
    }

    private static void RenumberTypes(JsonNode fields)
    {
        var types = fields["codes"]!["documentType"]!.AsObject();
        types.Remove("15");
        types["33"] = "Biên bản điện tử";
    }

    private static async Task<MemoryTree> SipAsync(string created, string type)
    {
        var sip = await Tt05Samples.SipAsync();
        var path = "representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml";
        sip.Replace(path, "<typeName>15</typeName>", $"<typeName>{type}</typeName>");
        return sip.Replace("METS.xml", "CREATEDATE=\"2026-05-04T10:02:01.0+07:00\"", $"CREATEDATE=\"{created}\"");
    }

    [TestCase("2026-05-31T23:59:59.0+07:00", "15", true)]
    [TestCase("2026-05-31T23:59:59.0+07:00", "33", false)]
    [TestCase("2026-06-01T00:00:00.0+07:00", "15", false)]
    [TestCase("2026-06-01T00:00:00.0+07:00", "33", true)]
    [TestCase("2026-05-31T17:30:00.0Z", "33", true)]
    [TestCase("when?", "33", true)]
    public async Task A_package_is_judged_by_the_tables_of_its_day(string created, string type, bool isRight)
    {
        var report = await Tt05Samples.CheckAsync(await SipAsync(created, type), new Tt05CheckOptions { Editions = With(RenumberTypes) });
        Assert.That(report.Findings.Any(f => f.Rule.Code == "VN-FLD-03"), Is.EqualTo(!isRight));
    }

    [Test]
    public async Task A_field_that_a_later_edition_asks_for_is_missed_from_its_first_day()
    {
        var editions = With(fields => fields["forms"]!["sip_hoso"]!["ead"]!.AsArray().Add(JsonNode.Parse("""{"name": "signer", "mandatory": true, "kind": "Text", "maxLength": 30}""")));
        async Task<bool> MissedAsync(string created) =>
            (await Tt05Samples.CheckAsync(await SipAsync(created, "15"), new Tt05CheckOptions { Editions = editions })).Findings.Any(f => f is { Rule.Code: "VN-FLD-01", Expected: "signer" });
        Assert.That((await MissedAsync("2026-05-31T10:00:00.0+07:00"), await MissedAsync("2026-06-01T10:00:00.0+07:00")), Is.EqualTo((false, true)));
    }

    [Test]
    public void An_edition_is_found_by_day_and_the_newest_where_none_holds()
    {
        var editions = With(_ => { });
        Assert.Multiple(() =>
        {
            Assert.That(editions.All.Select(e => e.Folder), Is.EqualTo(new[] { "2025-07-01", "later" }));
            Assert.That(editions.On(Later).Folder, Is.EqualTo("later"));
            Assert.That(editions.On(Later.AddDays(-1)).Folder, Is.EqualTo("2025-07-01"));
            Assert.That(editions.On(new DateOnly(2020, 1, 1)), Is.SameAs(editions.Newest));
        });
    }

    [Test]
    public void Every_built_in_edition_has_tables_schemas_and_fields_for_every_form()
    {
        foreach (var edition in Tt05Editions.BuiltIn.All)
            foreach (var form in Enum.GetValues<Tt05Form>())
            {
                Assert.That(edition.SchemasOf(form), Is.EqualTo(new[] { "ead.xsd", "ead_doc.xsd", "ead_media.xsd", "ead_pic.xsd" }));
                var fields = new[] { "doc", "pic", "media" }.SelectMany(k => edition.OfDocument(k, form)).Concat(edition.OfPackage(form)).ToList();
                Assert.That(fields.Where(f => f.Kind is Tt05FieldKind.Code or Tt05FieldKind.Codes).Select(f => f.Table?.Count ?? 0), Is.All.GreaterThan(1));
            }
    }

    [TestCase("ead", "fileCode", Tt05Form.SipDossier, 18)]
    [TestCase("ead_doc", "docId", Tt05Form.SipDossier, 21)]
    [TestCase("ead_doc", "arcFileCode", Tt05Form.AipDossier, 19)]
    [TestCase("ead_doc", "docId", Tt05Form.Dip, 20)]
    [TestCase("ead", "requestID", Tt05Form.Dip, 7)]
    public void The_fields_are_as_many_as_the_annexes_have(string list, string first, Tt05Form form, int count)
    {
        var fields = list == "ead" ? Tt05Fields.OfPackage(form) : Tt05Fields.OfDocument("doc", form);
        Assert.That((fields[0].Name, fields.Length), Is.EqualTo((first, count)));
    }

    [Test]
    public void The_schemas_name_the_fields_of_the_tables()
    {
        foreach (var form in Enum.GetValues<Tt05Form>())
            foreach (var (schema, fields) in new[] { ("ead", Tt05Fields.OfPackage(form)), ("ead_doc", Tt05Fields.OfDocument("doc", form)), ("ead_pic", Tt05Fields.OfDocument("pic", form)), ("ead_media", Tt05Fields.OfDocument("media", form)) })
            {
                var elements = System.Xml.Linq.XDocument.Load(new MemoryStream(Tt05Schemas.Read(form, schema + ".xsd"))).Descendants().Where(e => e.Name.LocalName == "element" && e.Parent!.Name.LocalName == "all").Select(e => (string)e.Attribute("name")!);
                Assert.That(elements, Is.EqualTo(fields.Select(f => f.Name)), $"{form} {schema}");
            }
    }

    [TestCase("editions.json", "{ \"editions\": [] }")]
    [TestCase("editions.json", "{ \"editions\": [ { \"folder\": \"gone\", \"validFrom\": \"2025-07-01\" } ] }")]
    public void Broken_data_is_told(string path, string json) =>
        Assert.That(() => Tt05Editions.Load(new Dictionary<string, byte[]> { [path] = Encoding.UTF8.GetBytes(json) }), Throws.InvalidOperationException);
}
