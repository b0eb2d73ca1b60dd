using System.Xml;
using Preservation.Core;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Tests.Premis;

public sealed class PremisTests
{
    private static readonly PremisIdentifier Entity = new("URI", "urn:uuid:1");
    private static readonly PremisIdentifier Agent = new("local", "agent-1");
    private static readonly PremisIdentifier Event = new("UUID", "e1");

    internal static readonly PremisDocument Sample = new()
    {
        Objects =
        [
            new PremisObject { Category = PremisObjectCategory.IntellectualEntity, Identifiers = [Entity, new("fileCode", "H49.1")], OriginalName = "gói", Events = [Event] },
            new PremisObject
            {
                Category = PremisObjectCategory.Representation, Identifiers = [new("local", "rep1")],
                Relationships = [new PremisRelationship("structural", "represents", [Entity])], Storage = [new(null, null, "tape")],
            },
            new PremisObject
            {
                Category = PremisObjectCategory.File, Identifiers = [new("local", "f1")], Fixity = [new("SHA-256", "ab", "agency"), new("SHA-512", "cd")],
                SizeBytes = 5, Formats = [new("PDF/A", "2b", "PRONOM", "fmt/477", "by bytes"), new(null, null, "PRONOM", "fmt/1")], OriginalName = "a.pdf",
                Signatures = [new PremisSignature("base64", "Nguyễn Văn A", "RSA-SHA256", "AAAA", "RFC 5652", ["2026-01-01T00:00:00Z"]) { Certificate = "MIIB" }],
                Storage = [new("URI", "data/a.pdf", "disk")],
                Relationships = [new PremisRelationship("derivation", "has Source", [new("local", "f2")]) { Events = [Event] }],
            },
            new PremisObject { Category = PremisObjectCategory.File, Identifiers = [new("local", "f2")] },
        ],
        Events =
        [
            new PremisEvent
            {
                Identifier = Event, Type = "ingestion", DateTime = "2026-01-02T03:04:05+07:00", Detail = "d", Outcome = "success", OutcomeDetail = "o",
                Agents = [new PremisLink(Agent, ["executing program"])], Objects = [new PremisLink(Entity, ["source", "outcome"])],
            },
            new PremisEvent { Identifier = new("UUID", "e2"), Type = "virus check", DateTime = "2026-01-02T03:04:05+07:00" },
        ],
        Agents = [new PremisAgent(Agent, "Preservation", "software", "0.1.0", "ingest"), new PremisAgent(new("local", "a2"), "Văn thư", "person")],
    };

    [Test]
    public async Task What_is_written_is_read_back()
    {
        var bytes = PremisWriter.ToBytes(Sample);
        var read = await PremisReader.ReadAsync(new MemoryStream(bytes), Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That(PremisWriter.ToBytes(read), Is.EqualTo(bytes));
            Assert.That(read.Objects.Select(o => o.Category), Is.EqualTo(Sample.Objects.Select(o => o.Category)));
            Assert.That(read.Objects[2].Signatures[0].Signer, Is.EqualTo("Nguyễn Văn A"));
            Assert.That(read.Objects[2].Signatures[0].Certificate, Is.EqualTo("MIIB"), "keyInformation");
            Assert.That(read.Objects[1].Storage, Is.EqualTo(new[] { new PremisStorage(null, null, "tape") }));
            Assert.That(read.Objects[2].Storage, Is.EqualTo(new[] { new PremisStorage("URI", "data/a.pdf", "disk") }));
            Assert.That(read.Objects[2].Relationships[0].Events, Is.EqualTo(new[] { Event }));
            Assert.That(read.Events[0].Objects[0].Roles, Is.EqualTo(new[] { "source", "outcome" }));
        });
    }

    [Test]
    public void The_schema_accepts_what_is_written() =>
        Assert.That(Shared.Validate(PremisWriter.ToBytes(Sample), Shared.PremisSchemas), Is.Empty);

    [Test]
    public void A_document_of_nothing_is_a_programming_error() =>
        Assert.That(() => PremisWriter.ToBytes(new PremisDocument()), Throws.ArgumentException);

    [Test]
    public void Links_to_things_not_described_are_found()
    {
        var missing = Sample with { Agents = [] };
        Assert.Multiple(() =>
        {
            Assert.That(Sample.DanglingLinks(), Is.Empty);
            Assert.That(missing.DanglingLinks(), Is.EqualTo(new[] { Agent }));
        });
    }

    [Test]
    public async Task A_category_in_an_element_is_understood()
    {
        const string xml = """
            <premis xmlns="info:lc/xmlns/premis-v2"><object><objectIdentifier><objectIdentifierType>t</objectIdentifierType>
            <objectIdentifierValue>v</objectIdentifierValue></objectIdentifier><objectCategory>intellectual entity</objectCategory></object>
            <object><objectCategory>file</objectCategory></object></premis>
            """;
        var read = await PremisReader.ReadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml)), Limits.Default, default);
        Assert.That(read.Objects.Select(o => o.Category), Is.EqualTo(new[] { PremisObjectCategory.IntellectualEntity, PremisObjectCategory.File }));
    }

    [TestCase("<x/>")]
    [TestCase("<premis>")]
    [TestCase("<!DOCTYPE premis []><premis/>")]
    public void Malformed_documents_throw_one_exception(string xml) =>
        Assert.That(async () => await PremisReader.ReadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml)), Limits.Default, default), Throws.InstanceOf<XmlException>());
}
