using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence.Carriers;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.Verification;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Testing.Fuzzing;

namespace Preservation.Evidence.Tests.Records;

public sealed class EvidenceRecordReaderTests
{
    [Test, Category("Fuzz")]
    public async Task Spoilt_records_are_refused_or_judged_and_nothing_escapes()
    {
        using var make = new TestRecords();
        var digest = DigestAlgorithm.Sha512.Compute("data"u8);
        var token = make.Token(digest, TestRecords.Time);
        var sound = EvidenceRecordWriter.Initial(HashTree.Build(DigestAlgorithm.Sha512, [digest]), 0, token).ToArray();
        var xml = Encoding.UTF8.GetBytes($"""
            <EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers" Version="1.0"><ArchiveTimeStampSequence><ArchiveTimeStampChain Order="1"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>
            <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ArchiveTimeStamp Order="1"><HashTree><Sequence Order="1"><DigestValue>{Convert.ToBase64String(digest.Bytes.AsSpan())}</DigestValue></Sequence></HashTree>
            <TimeStamp><TimeStampToken Type="RFC3161">{Convert.ToBase64String(token.Span)}</TimeStampToken></TimeStamp></ArchiveTimeStamp></ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>
            """);
        await Fuzz.RunAsync("evidence records", [sound, xml, .. await Seeds.OfCorpusAsync("signatures/ers-asn1", "signatures/ers-xml")], (bytes, cancellationToken) =>
        {
            EvidenceCarriers.IsRecord("x.ers", bytes);
            var reading = EvidenceRecordReader.Read(bytes, EvidenceLimits.Default, "x.ers");
            Assert.That(reading.Record is null, Is.EqualTo(reading.Refusal is not null));
            if (reading.Record is { } record)
                EvidenceRecordVerification.Verify(record, [ProtectedObject.Of("data", [digest])], new VerificationPolicy(), TestRecords.Now, "x.ers");
            return Task.CompletedTask;
        });
    }

    [Test]
    public void A_record_with_a_million_nodes_is_refused_with_its_bound()
    {
        using var make = new TestRecords();
        var value = new byte[64];
        var record = TestRecords.Record([[TestRecords.Stamp("2.16.840.1.101.3.4.2.3", [[.. Enumerable.Repeat(value, 1_000_000)]], make.Token(DigestAlgorithm.Sha512.Compute("x"u8), TestRecords.Time))]]);
        var report = EvidenceRecordReader.Read(record, new EvidenceLimits { MaxRecordBytes = 128 << 20 }, "r.ers").ToReport();
        Assert.That(report.Findings.Single().Rule, Is.EqualTo(EvidenceRules.Limit));
        Assert.That(EvidenceRecordReader.Read(record, EvidenceLimits.Default, "r.ers").Refusal, Is.EqualTo(VerificationOutcome.ErMalformed));
    }

    [TestCase("a.bin", true)]
    [TestCase("a.ers", true)]
    public async Task A_record_is_known_by_its_content(string name, bool isRecord)
    {
        var bytes = await TestRecords.ReadAsync(SharedFiles.Corpus("signatures/ers-asn1/BIN-1_ER.ers"));
        Assert.That(EvidenceCarriers.IsRecord(name, bytes), Is.EqualTo(isRecord));
        Assert.That(EvidenceCarriers.IsRecord(name, Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes))), Is.EqualTo(isRecord));
        Assert.That(EvidenceCarriers.IsRecord("x", await TestRecords.ReadAsync(SharedFiles.Corpus("signatures/ers-asn1/data/d-trust.tsr"))), Is.False);
        Assert.That(EvidenceCarriers.IsRecord("x", await TestRecords.ReadAsync(SharedFiles.Corpus("signatures/cades-er/bsi-encapsulated_with_er.p7s"))), Is.False);
        Assert.That(EvidenceCarriers.IsRecord("x.ers", "garbage"u8), Is.True);
        Assert.That(EvidenceCarriers.IsRecord("x", "garbage"u8), Is.False);
    }
}
