using System.Text;
using System.Xml;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.Tests.Corpus;
using Preservation.Evidence.Tests.Verification;
using Preservation.Evidence.Verification;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Xml;

public sealed class XmlRecordWriterTests
{
    private static readonly DigestAlgorithm[] Functions = [DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256];
    private readonly TestRecords _make = new();

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public void Initial_records_are_valid_and_of_their_own_data_alone(int leaves)
    {
        var (tree, token) = Tree(DigestAlgorithm.Sha512, leaves);
        for (var i = 0; i < leaves; i++)
        {
            var record = XmlRecordWriter.Initial(tree, i, token).AsMemory();
            Assert.That(TestRecords.Judge(record, Data(i)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
            Assert.That(TestRecords.Judge(record, Data(i ^ 1)).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
            Assert.That(Faults(record), Is.Empty);
        }
    }

    [Test]
    public void A_group_is_valid_with_all_its_members()
    {
        var group = new DataGroup([.. Enumerable.Range(0, 3).Select(i => DigestAlgorithm.Sha256.Compute(Data(i)))]);
        var tree = HashTree.Build(DigestAlgorithm.Sha256, [group.Digest, DigestAlgorithm.Sha256.Compute("y"u8)]);
        var record = XmlRecordWriter.Initial(tree, 0, group, _make.Token(tree.Root, TestRecords.Time));
        Assert.That(TestRecords.Judge(record.AsMemory(), Data(0), Data(1), Data(2)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
    }

    [TestCase(1)]
    [TestCase(5)]
    public void Renewed_records_are_valid_after_each_renewal_and_by_the_schema(int leaves)
    {
        var (tree, token) = Tree(DigestAlgorithm.Sha256, leaves);
        var records = Enumerable.Range(0, leaves).Select(i => XmlRecordWriter.Initial(tree, i, token)).ToArray();
        for (var round = 0; round < 6; round++)
        {
            var time = TestRecords.Time.AddMonths(round + 1);
            var renewals = records.Select((r, i) => round is 2 or 4 ? RenewHashTree(r, Functions[round / 2 - 1], time, Data(i)) : RenewTimeStamp(r, time)).ToArray();
            var renewed = HashTree.Build(renewals[0].Leaf!.Algorithm, [.. renewals.Select(r => r.Leaf!)]);
            var stamp = _make.Token(renewed.Root, time);
            for (var i = 0; i < leaves; i++)
            {
                var (record, report) = renewals[i].Complete(renewed, i, stamp, time);
                Assert.That(record, Is.Not.Null, () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
                records[i] = record!.Value;
                Assert.That(TestRecords.Judge(records[i].AsMemory(), Data(i)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
                Assert.That(TestRecords.Judge(records[i].AsMemory(), Data(i + 1)).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
                Assert.That(Faults(records[i].AsMemory()), Is.Empty);
            }
        }
        Assert.That((TestRecords.Read(records[0].AsMemory()).ChainCount, TestRecords.Read(records[0].AsMemory()).TimeStampCount), Is.EqualTo((3, 7)));
    }

    [TestCase("er-simple.xml", "")]
    [TestCase("er-chain-renewal-five-atschain.xml", "valid-xades-t.xml")]
    [TestCase("er-chain-renewal.xml", "data-5f5e0de4.bin")]
    [TestCase("er-diff-prefix.xml", "")]
    public async Task Records_of_others_are_renewed_around_what_they_hold(string file, string content)
    {
        var bytes = await TestRecords.ReadAsync(SharedFiles.Corpus("signatures/ers-xml/" + file));
        var stamped = RenewTimeStamp([.. bytes], TestRecords.Now);
        var (record, report) = stamped.Complete(_make.Token(stamped.Leaf!, TestRecords.Now), TestRecords.Now);
        Assert.That(record, Is.Not.Null, () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
        Assert.That(TestRecords.Read(record!.Value.AsMemory()).TimeStampCount, Is.EqualTo(TestRecords.Read(bytes).TimeStampCount + 1));
        if (content.Length == 0) return;
        var read = TestRecords.Read(record.Value.AsMemory());
        var data = await ProtectedObject.ReadAsync(EvidenceCase.Open("ers-xml/data/" + content), read, DigestAlgorithm.Sha384, default);
        var rehashed = EvidenceRenewal.PrepareHashTree(read, DigestAlgorithm.Sha384, [data], new VerificationPolicy(), TestRecords.Now, "r.xml");
        var (chained, judged) = rehashed.Complete(_make.Token(rehashed.Leaf!, TestRecords.Now), TestRecords.Now);
        Assert.That(chained, Is.Not.Null, () => string.Join('\n', judged.Findings.Select(f => f.Message.En)));
        Assert.That(judged.Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var newest = XmlText(chained!.Value.AsMemory()).Split("ArchiveTimeStampChain xmlns").Last();
        Assert.That(newest.Split("<DigestValue>"), Has.Length.EqualTo(3), "the data's and the older chains' digests stand beside each other");
    }

    [Test]
    public void A_record_that_was_not_renewed_is_converted_with_tree_and_token()
    {
        var (tree, token) = Tree(DigestAlgorithm.Sha512, 5);
        var (record, refusal) = XmlRecordWriter.Convert(TestRecords.Read(EvidenceRecordWriter.Initial(tree, 3, token).AsMemory()), "r.ers");
        Assert.That(refusal, Is.Null);
        Assert.That(record!.Value, Is.EqualTo(XmlRecordWriter.Initial(tree, 3, token)));
        Assert.That(TestRecords.Judge(record.Value.AsMemory(), Data(3)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
    }

    [Test]
    public async Task What_cannot_be_converted_is_refused_with_the_reason()
    {
        var (tree, token) = Tree(DigestAlgorithm.Sha512, 2);
        var initial = EvidenceRecordWriter.Initial(tree, 0, token);
        var renewal = RenewTimeStamp(initial, TestRecords.Time.AddYears(1));
        var renewed = renewal.Complete(_make.Token(renewal.Leaf!, TestRecords.Time.AddYears(1)), TestRecords.Time.AddYears(1)).Record!.Value;
        var (record, refusal) = XmlRecordWriter.Convert(TestRecords.Read(renewed.AsMemory()), "r.ers");
        Assert.That(record, Is.Null);
        Assert.That(refusal!.Message.En, Is.EqualTo("The evidence record r.ers cannot be written as XML: it was renewed, and its renewals are over the DER form."));
        var xml = TestRecords.Read(await TestRecords.ReadAsync(SharedFiles.Corpus("signatures/ers-xml/er-simple.xml")));
        Assert.That(XmlRecordWriter.Convert(xml, "r.xml").Refusal!.Rule, Is.EqualTo(EvidenceRules.Conversion));
    }

    [Test]
    public void Any_changed_character_of_trees_and_tokens_is_refused()
    {
        var (tree, token) = Tree(DigestAlgorithm.Sha256, 4);
        var renewal = RenewTimeStamp(XmlRecordWriter.Initial(tree, 1, token), TestRecords.Time.AddYears(1));
        var record = renewal.Complete(_make.Token(renewal.Leaf!, TestRecords.Time.AddYears(1)), TestRecords.Time.AddYears(1)).Record!.Value.ToArray();
        Assert.That(TestRecords.Judge(record, Data(1)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var random = new Random(Tier.Seed);
        for (var n = 0; n < (Tier.IsLong ? 5_000 : 120); n++)
        {
            var at = random.Next(record.Length);
            var was = record[at];
            record[at] ^= (byte)(1 << random.Next(8));
            var report = TestRecords.Judge(record, Data(1));
            // A name or a bit that nothing protects may change; what is said of the data may not become better, nor may another time be proven.
            if (report.Outcome == VerificationOutcome.ErValid) Assert.That(report.CoveredFrom, Is.EqualTo(TestRecords.Time), $"byte {at}");
            Assert.That(TestRecords.Judge(record, Data(2)).Outcome, Is.Not.EqualTo(VerificationOutcome.ErValid), $"byte {at}");
            record[at] = was;
        }
    }

    private (HashTree Tree, ReadOnlyMemory<byte> Token) Tree(DigestAlgorithm algorithm, int leaves)
    {
        var tree = HashTree.Build(algorithm, [.. Enumerable.Range(0, leaves).Select(i => algorithm.Compute(Data(i)))]);
        return (tree, _make.Token(tree.Root, TestRecords.Time));
    }

    private static byte[] Data(int i) => Encoding.ASCII.GetBytes($"object {i}");

    private static string XmlText(ReadOnlyMemory<byte> record) => Encoding.UTF8.GetString(record.Span);

    private static EvidenceRenewal RenewTimeStamp(System.Collections.Immutable.ImmutableArray<byte> record, DateTimeOffset now) =>
        EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(record.AsMemory()), new VerificationPolicy(), now, "r.xml");

    private static EvidenceRenewal RenewHashTree(System.Collections.Immutable.ImmutableArray<byte> record, DigestAlgorithm function, DateTimeOffset now, byte[] data) =>
        EvidenceRenewal.PrepareHashTree(TestRecords.Read(record.AsMemory()), function, [ProtectedObject.Of("data", DigestAlgorithm.All.Select(a => a.Compute(data)))], new VerificationPolicy(), now, "r.xml");

    // By a schema written here from RFC 6283 §2 to §4, for the parts that are written.
    private static List<string> Faults(ReadOnlyMemory<byte> record)
    {
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, DtdProcessing = DtdProcessing.Prohibit };
        using var schema = XmlReader.Create(new StringReader(Schema));
        settings.Schemas.Add(null, schema);
        settings.ValidationEventHandler += (_, fault) => faults.Add(fault.Message);
        using var reader = XmlReader.Create(new MemoryStream(record.ToArray()), settings);
        while (reader.Read())
        {
        }
        return faults;
    }

    private const string Schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:ietf:params:xml:ns:ers" targetNamespace="urn:ietf:params:xml:ns:ers" elementFormDefault="qualified">
          <xs:element name="EvidenceRecord"><xs:complexType><xs:sequence><xs:element name="ArchiveTimeStampSequence"><xs:complexType><xs:sequence>
            <xs:element name="ArchiveTimeStampChain" maxOccurs="unbounded"><xs:complexType><xs:sequence>
              <xs:element name="DigestMethod" type="Method"/><xs:element name="CanonicalizationMethod" type="Method"/>
              <xs:element name="ArchiveTimeStamp" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                <xs:element name="HashTree" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="Sequence" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                  <xs:element name="DigestValue" type="xs:base64Binary" maxOccurs="unbounded"/></xs:sequence><xs:attribute name="Order" type="Order" use="required"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
                <xs:element name="TimeStamp"><xs:complexType><xs:sequence><xs:element name="TimeStampToken"><xs:complexType><xs:simpleContent><xs:extension base="xs:base64Binary">
                  <xs:attribute name="Type" type="xs:NMTOKEN" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
              </xs:sequence><xs:attribute name="Order" type="Order" use="required"/></xs:complexType></xs:element>
            </xs:sequence><xs:attribute name="Order" type="Order" use="required"/></xs:complexType></xs:element>
          </xs:sequence></xs:complexType></xs:element></xs:sequence><xs:attribute name="Version" type="xs:decimal" use="required" fixed="1.0"/></xs:complexType></xs:element>
          <xs:complexType name="Method"><xs:attribute name="Algorithm" type="xs:anyURI" use="required"/></xs:complexType>
          <xs:simpleType name="Order"><xs:restriction base="xs:int"><xs:minInclusive value="1"/></xs:restriction></xs:simpleType>
        </xs:schema>
        """;
}
