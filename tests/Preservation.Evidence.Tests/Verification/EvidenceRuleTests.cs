using System.IO.Compression;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.Verification;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Verification;

/// <summary>For every rule of the book a record that breaks it, and the outcome that follows.</summary>
public sealed class EvidenceRuleTests
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1", Sha384 = "2.16.840.1.101.3.4.2.2", Sha512 = "2.16.840.1.101.3.4.2.3";
    private static readonly TestRecords Make = new();
    private static readonly byte[] Data = "data"u8.ToArray();
    private static readonly byte[] Leaf = Hash(Data);
    private static readonly byte[] Other = Hash("other"u8.ToArray());

    [OneTimeTearDown]
    public void Stop() => Make.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void A_breach_is_told_and_has_its_outcome(string code, VerificationOutcome outcome, Func<EvidenceReport> judge)
    {
        var report = judge();
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain(code), () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
        Assert.That(report.Outcome, Is.EqualTo(outcome));
        Assert.That(report.CoveredFrom is not null, Is.EqualTo(outcome is VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct or VerificationOutcome.ErPartial));
    }

    [Test]
    public void Every_rule_has_a_case() =>
        Assert.That(EvidenceRules.All.Select(r => r.Code), Is.EquivalentTo(Cases().Select(c => (string)c.Arguments[0]!).Distinct()));

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "no ASN.1", () => TestRecords.Judge("30 nonsense"u8.ToArray(), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "no chain", () => TestRecords.Judge(TestRecords.Record([]), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "empty chain", () => TestRecords.Judge(TestRecords.Record([[]]), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "empty list", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[]], Token(Leaf))]]), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "no token", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], new byte[] { 0x30, 0 })]]), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "two chains of one Order", () => TestRecords.Judge(Xml(Chain(1, Leaf) + Chain(1, Leaf)), Data));
        yield return Case("ER-MALFORMED", VerificationOutcome.ErMalformed, "no Order", () => TestRecords.Judge(Xml(Chain(1, Leaf).Replace("ArchiveTimeStampChain Order=\"1\"", "ArchiveTimeStampChain", StringComparison.Ordinal)), Data));
        yield return Case("ER-VERSION", VerificationOutcome.ErMalformed, "version 2", () => TestRecords.Judge(TestRecords.Record(Sound(), version: 2), Data));
        yield return Case("ER-VERSION", VerificationOutcome.ErMalformed, "XML version 2.0", () => TestRecords.Judge(Xml(Chain(1, Leaf), "2.0"), Data));
        yield return Case("ER-TRAILING", VerificationOutcome.ErMalformed, "a byte after it", () => TestRecords.Judge(TestRecords.Record(Sound()).Append((byte)0).ToArray(), Data));
        yield return Case("ER-LIMIT", VerificationOutcome.ErMalformed, "more nodes than allowed", () =>
            EvidenceRecordReader.Read(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf, Other]], Token(Leaf))]]), new EvidenceLimits { MaxNodes = 1 }, "r.ers").ToReport());
        yield return Case("ER-LIMIT", VerificationOutcome.ErMalformed, "longer than allowed", () =>
            EvidenceRecordReader.Read(TestRecords.Record(Sound()), new EvidenceLimits { MaxRecordBytes = 100 }, "r.ers").ToReport());
        yield return Case("ER-LIMIT", VerificationOutcome.ErMalformed, "more time-stamps than allowed", () =>
            EvidenceRecordReader.Read(TestRecords.Record([[Sound()[0][0], Sound()[0][0]]]), new EvidenceLimits { MaxTimeStamps = 1 }, "r.ers").ToReport());
        yield return Case("ER-ENCRYPTION", VerificationOutcome.Unsupported, "encrypted data", () => TestRecords.Judge(TestRecords.Record(Sound(), encryption: "1.2.3"), Data));
        yield return Case("ER-ALGORITHM", VerificationOutcome.Unsupported, "unknown function", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp("1.2.3", [[Leaf]], Token(Leaf))]]), Data));
        yield return Case("ER-DECLARED-ALGORITHM", VerificationOutcome.ErValid, "not declared", () => TestRecords.Judge(TestRecords.Record(Sound(), declared: Sha256), Data));
        yield return Case("ER-CANONICALIZATION", VerificationOutcome.Unsupported, "unknown method", () => TestRecords.Judge(Xml(Chain(1, Leaf).Replace("xml-exc-c14n", "else", StringComparison.Ordinal)), Data));
        yield return Case("ER-TOKEN-VERSION", VerificationOutcome.ErMalformed, "version 1", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], Version1(Token(Leaf)))]]), Data));
        yield return Case("ER-NODE", VerificationOutcome.ErInvalid, "a short value", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf, [1, 2, 3]]], Token(Hash([1, 2, 3, .. Leaf])))]]), Data));
        yield return Case("ER-CHAIN-ALGORITHM", VerificationOutcome.ErInvalid, "another function in the chain", () =>
            TestRecords.Judge(TestRecords.Record([[Sound()[0][0], TestRecords.Stamp(Sha384, [[Hash(Token(Leaf).ToArray())]], Token(Hash(Token(Leaf).ToArray()), 1))]]), Data));
        yield return Case("ER-TOKEN-ALGORITHM", VerificationOutcome.ErInvalid, "token by another function", () =>
            TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha256, [[DigestAlgorithm.Sha256.Compute(Data).Bytes.ToArray()]], Token(Leaf))]]), Data));
        yield return Case("ER-ROOT", VerificationOutcome.ErInvalid, "token over something else", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], Token(Other))]]), Data));
        yield return Case("ER-ROOT", VerificationOutcome.ErInvalid, "token over something else, no data", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], Token(Other))]])));
        yield return Case("ER-TIME-STAMP", VerificationOutcome.ErInvalid, "broken signature", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], Broken(Token(Leaf)))]]), Data));
        yield return Case("ER-TIME-STAMP-RENEWAL", VerificationOutcome.ErInvalid, "the token before is not in the list", () =>
            TestRecords.Judge(TestRecords.Record([[Sound()[0][0], TestRecords.Stamp(Sha512, [[Other]], Token(Other, 1))]]), Data));
        yield return Case("ER-TIME-STAMP-RENEWAL", VerificationOutcome.ErInvalid, "the token before is not stamped, no tree", () =>
            TestRecords.Judge(TestRecords.Record([[Sound()[0][0], TestRecords.Stamp(Sha512, [], Token(Other, 1))]])));
        yield return Case("ER-TIME-STAMP-RENEWAL", VerificationOutcome.ErInvalid, "the token before is in the second list only", () =>
        {
            var token = Token(Leaf);
            return TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], token), TestRecords.Stamp(Sha512, [[Other], [Hash(token.ToArray())]], Token(Node(Other, Hash(token.ToArray())), 1))]]), Data);
        });
        yield return Case("ER-HASH-TREE-RENEWAL", VerificationOutcome.ErInvalid, "the data alone", () => TestRecords.Judge(TestRecords.Record([Sound()[0], [TestRecords.Stamp(Sha512, [[Leaf]], Token(Leaf, 1))]]), Data));
        yield return Case("ER-HASH-TREE-RENEWAL", VerificationOutcome.ErInvalid, "the data alone, no tree", () => TestRecords.Judge(TestRecords.Record([Sound()[0], [TestRecords.Stamp(Sha512, [], Token(Leaf, 1))]]), Data));
        yield return Case("ER-ORDER", VerificationOutcome.ErInvalid, "time runs backwards", () =>
        {
            var token = Token(Leaf);
            var again = Hash(token.ToArray());
            return TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], token), TestRecords.Stamp(Sha512, [[again]], Token(again, -1))]]), Data);
        });
        yield return Case("ER-DATA", VerificationOutcome.ErDataMismatch, "other data", () => TestRecords.Judge(TestRecords.Record(Sound()), "else"u8.ToArray()));
        yield return Case("ER-DATA", VerificationOutcome.ErDataMismatch, "other data, no tree", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(null, [], Token(Leaf))]]), "else"u8.ToArray()));
        yield return Case("ER-DATA", VerificationOutcome.ErPartial, "one of two", () => TestRecords.Judge(TestRecords.Record(Sound()), Data, "else"u8.ToArray()));
        yield return Case("ER-DATA", VerificationOutcome.ErDataMismatch, "a node of an upper list", () =>
            TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Other], [Leaf]], Token(Node(Leaf, Other)))]]), Data));
        yield return Case("ER-DIGEST-MISSING", VerificationOutcome.ErNoData, "a digest by another function", () =>
            EvidenceRecordVerification.Verify(TestRecords.Read(TestRecords.Record(Sound())), [ProtectedObject.Of("data", [DigestAlgorithm.Sha256.Compute(Data)])], new VerificationPolicy(), TestRecords.Now, "r.ers"));
        yield return Case("ER-NO-DATA", VerificationOutcome.ErValidStruct, "no data", () => TestRecords.Judge(TestRecords.Record(Sound())));
        yield return Case("ER-NO-DATA", VerificationOutcome.ErNoData, "no data and no tree", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [], Token(Leaf))]])));
        yield return Case("ER-GROUP", VerificationOutcome.ErValid, "one of a group", () => TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf, Other]], Token(Node(Leaf, Other)))]]), Data));
        yield return Case("ER-CONTAINER", VerificationOutcome.ErInvalid, "no manifest", () => Container(".asice", ("a.txt", Data)));
        yield return Case("ER-CONTAINER", VerificationOutcome.ErInvalid, "a file is missing", () => Container(".asice", (Manifest, ManifestOf(("a.txt", Leaf)))));
        yield return Case("ER-CONTAINER", VerificationOutcome.ErInvalid, "two files in ASiC-S", () => Container(".asics", ("a.txt", Data), ("b.txt", Data)));
        yield return Case("ER-MANIFEST-DIGEST", VerificationOutcome.ErInvalid, "another digest in the manifest", () => Container(".asice", ("a.txt", Data), (Manifest, ManifestOf(("a.txt", Other)))));
        yield return Case("ER-CONVERSION", VerificationOutcome.ErValid, "of a renewed record", () =>
        {
            var renewed = TestRecords.Record([[Sound()[0][0], Sound()[0][0]]]);
            return TestRecords.Judge(TestRecords.Record(Sound()), Data) with { Findings = [XmlRecordWriter.Convert(TestRecords.Read(renewed), "r.ers").Refusal!] };
        });
        yield return Case("ER-RENEWAL", VerificationOutcome.ErInvalid, "renewal of what does not verify", () =>
            EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf]], Token(Other))]])), new VerificationPolicy(), TestRecords.Now, "r.ers").Report);
        yield return Case("ER-RENEWAL", VerificationOutcome.ErDataMismatch, "hash-tree renewal with other data", () =>
            EvidenceRenewal.PrepareHashTree(TestRecords.Read(TestRecords.Record(Sound())), DigestAlgorithm.Sha384, [ProtectedObject.Of("x", DigestAlgorithm.All.Select(a => a.Compute("x"u8)))], new VerificationPolicy(), TestRecords.Now, "r.ers").Report);
    }

    [Test]
    public void A_missing_algorithm_is_the_token_s() =>
        Assert.That(TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(null, [[Leaf]], Token(Leaf))]]), Data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));

    [Test]
    public void Equal_values_stay_in_a_list()
    {
        var twice = TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf, Leaf]], Token(Hash([.. Leaf, .. Leaf])))]]);
        Assert.That(TestRecords.Judge(twice, Data, Data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[Leaf, Leaf]], Token(Leaf))]]), Data).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    [Test]
    public void A_list_may_stand_in_any_order()
    {
        foreach (var list in new byte[][][] { [Leaf, Other], [Other, Leaf] })
            Assert.That(TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [list], Token(Node(Leaf, Other)))]]), Data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
    }

    [Test]
    public void A_container_that_says_what_it_covers_is_valid()
    {
        Assert.That(Container(".asice", ("a.txt", Data), (Manifest, ManifestOf(("a.txt", Leaf)))).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(Container(".asics", ("a.txt", Data)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(Container(".asics", ("a.txt", "else"u8.ToArray())).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    [Test]
    public void With_anchors_each_time_stamp_is_believed_only_while_its_authority_was_when_the_next_was_made()
    {
        var trusted = new VerificationPolicy { TrustAnchors = Signatures.Path.TrustAnchors.FromCertificates([Make.Root.Certificate.RawDataMemory]) };
        var record = TestRecords.Record(Sound());
        var soon = EvidenceRecordVerification.Verify(TestRecords.Read(record), [], trusted, TestRecords.Time.AddYears(1), "r.ers");
        Assert.That(soon.Timestamps.Single().Indication, Is.EqualTo(Indication.TotalPassed), () => string.Join('\n', soon.Timestamps.Single().Findings.Select(f => f.Message.En)));
        Assert.That(soon.CoveredFrom, Is.EqualTo(TestRecords.Time));
        var later = EvidenceRecordVerification.Verify(TestRecords.Read(record), [], trusted, new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), "r.ers");
        Assert.That(later.Timestamps.Single().Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(later.CoveredFrom, Is.Null);
    }

    [Test]
    public void An_xml_record_is_judged_as_its_sequences_are_ordered_not_as_they_stand()
    {
        var tree = $"""<HashTree><Sequence Order="2"><DigestValue>{Convert.ToBase64String(Other)}</DigestValue></Sequence><Sequence Order="1"><DigestValue>{Convert.ToBase64String(Leaf)}</DigestValue></Sequence></HashTree>""";
        Assert.That(TestRecords.Judge(Xml(Chain(1, Node(Leaf, Other), tree)), Data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(Xml(Chain(1, Node(Leaf, Other), tree)), "other"u8.ToArray()).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
    }

    [Test]
    public void A_document_type_is_refused() => Assert.That(
        TestRecords.Judge(Encoding.UTF8.GetBytes("<!DOCTYPE EvidenceRecord [<!ENTITY a \"b\">]><EvidenceRecord xmlns=\"urn:ietf:params:xml:ns:ers\"/>")).Outcome, Is.EqualTo(VerificationOutcome.RejectDtd));

    private static TestCaseData Case(string code, VerificationOutcome outcome, string fault, Func<EvidenceReport> judge) =>
        new TestCaseData(code, outcome, judge).SetArgDisplayNames(code, outcome.ToString(), fault);

    private static byte[][][] Sound() => [[TestRecords.Stamp(Sha512, [[Leaf]], Token(Leaf))]];

    private static ReadOnlyMemory<byte> Token(byte[] imprint, int years = 0) => Make.Token(new Digest(DigestAlgorithm.Sha512, [.. imprint]), TestRecords.Time.AddYears(years));

    private static byte[] Hash(byte[] data) => [.. DigestAlgorithm.Sha512.Compute(data).Bytes];

    private static byte[] Node(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b) < 0 ? Hash([.. a, .. b]) : Hash([.. b, .. a]);

    private static byte[] Version1(ReadOnlyMemory<byte> token)
    {
        var bytes = token.ToArray();
        var at = bytes.AsSpan().IndexOf(new byte[] { 2, 1, 3, 0x31 });
        bytes[at + 2] = 1;
        return bytes;
    }

    private static byte[] Broken(ReadOnlyMemory<byte> token)
    {
        var bytes = token.ToArray();
        bytes[^1] ^= 1;
        return bytes;
    }

    private static byte[] Xml(string chains, string version = "1.0") => Encoding.UTF8.GetBytes(
        $"""<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers" Version="{version}"><ArchiveTimeStampSequence>{chains}</ArchiveTimeStampSequence></EvidenceRecord>""");

    private static string Chain(int order, byte[] imprint, string tree = "") => $"""
        <ArchiveTimeStampChain Order="{order}"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
        <ArchiveTimeStamp Order="1">{tree}<TimeStamp><TimeStampToken Type="RFC3161">{Convert.ToBase64String(Token(imprint).Span)}</TimeStampToken></TimeStamp></ArchiveTimeStamp></ArchiveTimeStampChain>
        """;

    private const string Manifest = "META-INF/ASiCEvidenceRecordManifest.xml";

    private static byte[] ManifestOf((string Path, byte[] Digest) entry) => Encoding.UTF8.GetBytes($"""
        <ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><SigReference URI="META-INF/evidencerecord.ers"/>
        <DataObjectReference URI="{entry.Path}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue>{Convert.ToBase64String(entry.Digest)}</ds:DigestValue></DataObjectReference></ASiCManifest>
        """);

    private static EvidenceReport Container(string ending, params (string Name, byte[] Bytes)[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries.Append(("META-INF/evidencerecord.ers", TestRecords.Record(Sound()))))
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        var file = new SignedFile("c" + ending, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes.ToArray())));
        return EvidenceVerification.VerifyAsync(file, [], new VerificationPolicy(), TestRecords.Now, CancellationToken.None).GetAwaiter().GetResult().Evidence.Single();
    }
}
