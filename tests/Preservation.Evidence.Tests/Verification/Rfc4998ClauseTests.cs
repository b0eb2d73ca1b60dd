using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Verification;

/// <summary>Every requirement of RFC 4998 §3.1, §4.1, §4.3, §5.1, §5.3 and §6.1 on a verifier: a record that meets it, and one that does not.</summary>
public sealed class Rfc4998ClauseTests
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1", Sha384 = "2.16.840.1.101.3.4.2.2", Sha512 = "2.16.840.1.101.3.4.2.3";
    private readonly TestRecords _make = new();
    private static readonly byte[] A = "a"u8.ToArray(), B = "b"u8.ToArray(), C = "c"u8.ToArray();

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test, Property("Clause", "RFC 4998 §3.1: version 1")]
    public void Version_is_one() => Expect((VerificationOutcome.ErValid, () => Record([Stamp([[H(A)]], H(A))])), (VerificationOutcome.ErMalformed, () => TestRecords.Record([[Stamp([[H(A)]], H(A))]], version: 0)));

    [Test, Property("Clause", "RFC 4998 §3.1, §6: encryptionInfo")]
    public void Encrypted_data_is_refused_as_not_supported_and_never_called_valid()
    {
        var report = TestRecords.Judge(TestRecords.Record([[Stamp([[H(A)]], H(A))]], encryption: "1.2.840.113549.1.7.3"), A);
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Unsupported));
        Assert.That(report.CoveredFrom, Is.Null);
        Assert.That(report.Findings.Single(), Is.EqualTo(new Finding(EvidenceRules.Encryption, "r.ers", null, "1.2.840.113549.1.7.3")));
    }

    [Test, Property("Clause", "RFC 4998 §4.1: a missing digestAlgorithm is the token's")]
    public void The_token_s_function_stands_for_a_missing_one() => Expect(
        (VerificationOutcome.ErValid, () => Record([TestRecords.Stamp(null, [[H(A)]], Token(H(A)))])), (VerificationOutcome.ErDataMismatch, () => Record([TestRecords.Stamp(null, [[H(B)]], Token(H(B)))])));

    [Test, Property("Clause", "RFC 4998 §4.3 (1): h by the function of the archive time-stamp")]
    public void The_data_is_digested_by_the_function_of_the_archive_time_stamp() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A)]], H(A))])), (VerificationOutcome.ErInvalid, () => Record([TestRecords.Stamp(Sha256, [[H(A)]], Token(H(A)))])));

    [Test, Property("Clause", "RFC 4998 §4.3 (2): h in the first list")]
    public void The_digest_is_in_the_first_list() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A)], [H(B)]], Node(H(A), H(B)))])), (VerificationOutcome.ErDataMismatch, () => Record([Stamp([[H(B)], [H(A)]], Node(H(A), H(B)))])));

    [Test, Property("Clause", "RFC 4998 §4.3 (3): binary ascending order")]
    public void Values_are_joined_in_ascending_order_whatever_their_order_in_the_list()
    {
        var (low, high) = Order(H(A), H(B));
        Expect((VerificationOutcome.ErValid, () => Record([Stamp([[high, low]], H([.. low, .. high]))])), (VerificationOutcome.ErInvalid, () => Record([Stamp([[low, high]], H([.. high, .. low]))])));
    }

    [Test, Property("Clause", "RFC 4998 §4.3 (3): unsigned bytes")]
    public void Order_is_that_of_unsigned_bytes()
    {
        var data = Enumerable.Range(0, 40).Select(i => new[] { (byte)i }).ToList();
        var (one, other) = (data.First(d => H(d)[0] < 0x80), data.First(d => H(d)[0] >= 0x80));
        Assert.That(TestRecords.Judge(Record([Stamp([[H(one), H(other)]], H([.. H(one), .. H(other)]))]), one).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(Record([Stamp([[H(one), H(other)]], H([.. H(other), .. H(one)]))]), one).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    [Test, Property("Clause", "RFC 4998 §4.3 (3): the list's digest goes into the next list")]
    public void The_digest_of_a_list_goes_into_the_next() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A), H(B)], [H(C)]], Node(Node(H(A), H(B)), H(C)))])), (VerificationOutcome.ErInvalid, () => Record([Stamp([[H(A), H(B)], [H(C)]], Node(H(A), H(B)))])));

    [Test, Property("Clause", "RFC 4998 §4.2.2, §4.3 (3): equal values stay")]
    public void Equal_values_are_all_digested() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A)], [H(A)]], H([.. H(A), .. H(A)]))])), (VerificationOutcome.ErInvalid, () => Record([Stamp([[H(A)], [H(A)]], H(A))])));

    [Test, Property("Clause", "RFC 4998 §4.2.2: a list of one value is that value")]
    public void A_list_of_one_value_is_not_digested_again() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A)]], H(A))])), (VerificationOutcome.ErInvalid, () => Record([Stamp([[H(A)]], H(H(A)))])));

    [Test, Property("Clause", "RFC 4998 §4.3 (4): root = hashedMessage")]
    public void The_root_is_what_the_token_is_over() => Expect(
        (VerificationOutcome.ErValid, () => Record([Stamp([[H(A), H(B)]], Node(H(A), H(B)))])), (VerificationOutcome.ErInvalid, () => Record([Stamp([[H(A), H(B)]], Node(H(A), H(C)))])));

    [Test, Property("Clause", "RFC 4998 §4.3 (4): digestAlgorithm = hashAlgorithm of the imprint")]
    public void The_function_is_that_of_the_token_s_imprint()
    {
        var short384 = DigestAlgorithm.Sha384.Compute(A);
        Assert.That(TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha384, [[[.. short384.Bytes]]], _make.Token(short384, TestRecords.Time))]], declared: Sha384), A).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(TestRecords.Record([[TestRecords.Stamp(Sha512, [[[.. short384.Bytes]]], _make.Token(short384, TestRecords.Time))]]), A).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    [Test, Property("Clause", "RFC 4998 §4.3: more than one data object")]
    public void Every_data_object_that_is_given_must_be_in_the_first_list()
    {
        var record = Record([Stamp([[H(A), H(B)]], Node(H(A), H(B)))]);
        Assert.That(TestRecords.Judge(record, A, B).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(record, A, C).Outcome, Is.EqualTo(VerificationOutcome.ErPartial));
    }

    [Test, Property("Clause", "RFC 4998 §4.3, §5.3: only the given objects are in the first list")]
    public void A_group_that_is_not_complete_is_told()
    {
        var record = Record([Stamp([[H(A), H(B)]], Node(H(A), H(B)))]);
        Assert.That(TestRecords.Judge(record, A).Findings.Select(f => f.Rule), Does.Contain(EvidenceRules.Group));
        Assert.That(TestRecords.Judge(record, A, B).Findings.Select(f => f.Rule), Does.Not.Contain(EvidenceRules.Group));
    }

    [Test, Property("Clause", "RFC 4998 §5.1: ordered by time")]
    public void Times_do_not_run_backwards() => Expect((VerificationOutcome.ErValid, () => Renewed(0, 1)), (VerificationOutcome.ErInvalid, () => Renewed(1, 0)), (VerificationOutcome.ErValid, () => Renewed(1, 1)));

    [Test, Property("Clause", "RFC 4998 §5.3 (2): the time-stamp before in the first list")]
    public void A_renewal_has_the_token_before_it_in_its_first_list()
    {
        var token = Token(H(A));
        var before = H(token.ToArray());
        Expect(
            (VerificationOutcome.ErValid, () => Record([TestRecords.Stamp(Sha512, [[H(A)]], token), Stamp([[before], [H(B)]], Node(before, H(B)), 1)])),
            (VerificationOutcome.ErInvalid, () => Record([TestRecords.Stamp(Sha512, [[H(A)]], token), Stamp([[H(B)], [before]], Node(before, H(B)), 1)])));
    }

    [Test, Property("Clause", "RFC 4998 §5.2: the digest of the timeStamp field, not of what it is over")]
    public void A_renewal_is_over_the_token_and_nothing_else_of_the_archive_time_stamp()
    {
        var token = Token(H(A));
        var stamp = TestRecords.Stamp(Sha512, [[H(A)]], token);
        Expect((VerificationOutcome.ErValid, () => Record([stamp, Stamp([[H(token.ToArray())]], H(token.ToArray()), 1)])), (VerificationOutcome.ErInvalid, () => Record([stamp, Stamp([[H(stamp)]], H(stamp), 1)])));
    }

    [Test, Property("Clause", "RFC 4998 §5.1, §5.3 (2): one function in a chain")]
    public void All_archive_time_stamps_of_a_chain_use_one_function()
    {
        var token = Token(H(A));
        var other = DigestAlgorithm.Sha384.Compute(token.Span);
        Expect(
            (VerificationOutcome.ErValid, () => Record([TestRecords.Stamp(Sha512, [[H(A)]], token), Stamp([[H(token.ToArray())]], H(token.ToArray()), 1)])),
            (VerificationOutcome.ErInvalid, () => Record([TestRecords.Stamp(Sha512, [[H(A)]], token), TestRecords.Stamp(Sha384, [[[.. other.Bytes]]], _make.Token(other, TestRecords.Time.AddYears(1)))])));
    }

    [Test, Property("Clause", "RFC 4998 §5.3 (2): valid relative to the succeeding one")]
    public void Each_archive_time_stamp_is_judged_at_the_time_of_the_next_and_the_newest_now()
    {
        var anchors = new VerificationPolicy { TrustAnchors = Signatures.Path.TrustAnchors.FromCertificates([_make.Root.Certificate.RawDataMemory]) };
        var record = TestRecords.Read(Renewed(0, 3));
        var stamps = EvidenceRecordVerification.Verify(record, [], anchors, TestRecords.Time.AddYears(4), "r.ers").Timestamps;
        Assert.That(stamps.Select(s => s.Indication), Is.All.EqualTo(Indication.TotalPassed));
        // The authority ends with 2033: the newest proves nothing then, the one before was renewed in time.
        stamps = EvidenceRecordVerification.Verify(record, [], anchors, new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), "r.ers").Timestamps;
        Assert.That(stamps.Select(s => s.Indication == Indication.TotalPassed), Is.EqualTo(new[] { true, false }));
    }

    [Test, Property("Clause", "RFC 4998 §5.3 (2): the algorithms are secure at the time of the succeeding one")]
    public void An_algorithm_that_ended_before_the_next_archive_time_stamp_ends_the_trust()
    {
        // By Vietnam's catalogue signatures by RSA (PKCS #1 v1.5) end on 2025-08-15; the tokens are of 2024-03, 2025-03 and 2026-03.
        var policy = new VerificationPolicy { TrustAnchors = Signatures.Path.TrustAnchors.FromCertificates([_make.Root.Certificate.RawDataMemory]), Validations = [TestRecords.TwoCatalogues] };
        var report = EvidenceRecordVerification.Verify(TestRecords.Read(Renewed(0, 1, 2)), [], policy, TestRecords.Now, "r.ers");
        Assert.That(report.Timestamps.Select(s => s.Findings.Any(f => f.Rule == SignatureRules.WeakAlgorithm)), Is.EqualTo(new[] { false, true, true }));
    }

    [Test, Property("Clause", "RFC 4998 §5.3 (3): H(H(d) + H(atsc)) in the first list of a later chain")]
    public void A_later_chain_covers_the_data_together_with_all_older_chains()
    {
        var first = TestRecords.Stamp(Sha512, [[H(A)]], Token(H(A)));
        var older = H(Sequence([first]));
        var both = H([.. H(A), .. older]);
        Expect(
            (VerificationOutcome.ErValid, () => TestRecords.Record([[first], [Stamp([[both], [H(B)]], Node(both, H(B)), 1)]])),
            (VerificationOutcome.ErInvalid, () => TestRecords.Record([[first], [Stamp([[H(A)], [H(B)]], Node(H(A), H(B)), 1)]])),
            (VerificationOutcome.ErInvalid, () => TestRecords.Record([[first], [Stamp([[older], [H(B)]], Node(older, H(B)), 1)]])),
            (VerificationOutcome.ErInvalid, () => TestRecords.Record([[first], [Stamp([[H([.. older, .. H(A)])]], H([.. older, .. H(A)]), 1)]])),
            (VerificationOutcome.ErInvalid, () => TestRecords.Record([[first], [Stamp([[H(B)], [both]], Node(both, H(B)), 1)]])));
    }

    [Test, Property("Clause", "RFC 4998 §5.3 (3): all older chains, not the last alone")]
    public void A_third_chain_is_over_both_before_it()
    {
        var first = TestRecords.Stamp(Sha512, [[H(A)]], Token(H(A)));
        var two = H([.. H(A), .. H(Sequence([first]))]);
        var second = Stamp([[two]], two, 1);
        var (all, last) = (H([.. H(A), .. H(Sequence([first], [second]))]), H([.. H(A), .. H(Sequence([second]))]));
        Expect(
            (VerificationOutcome.ErValid, () => TestRecords.Record([[first], [second], [Stamp([[all]], all, 2)]])),
            (VerificationOutcome.ErInvalid, () => TestRecords.Record([[first], [second], [Stamp([[last]], last, 2)]])));
    }

    [Test, Property("Clause", "RFC 4998 §5.3 (3): for all data objects")]
    public void A_hash_tree_renewal_holds_for_every_object_of_a_group()
    {
        var first = TestRecords.Stamp(Sha512, [[H(A), H(B)]], Token(Node(H(A), H(B))));
        var older = H(Sequence([first]));
        var (a, b) = (H([.. H(A), .. older]), H([.. H(B), .. older]));
        Assert.That(TestRecords.Judge(TestRecords.Record([[first], [Stamp([[a, b]], Node(a, b), 1)]]), A, B).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(TestRecords.Record([[first], [Stamp([[a]], a, 1)]]), A, B).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    // All are judged over A.
    private static void Expect(params (VerificationOutcome Outcome, Func<byte[]> Record)[] cases)
    {
        foreach (var (outcome, record) in cases)
        {
            var report = TestRecords.Judge(record(), A);
            Assert.That(report.Outcome, Is.EqualTo(outcome), () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
        }
    }

    // A chain of time-stamps over each other at these years after the first time.
    private byte[] Renewed(params int[] years)
    {
        var stamps = new List<byte[]>();
        var imprint = H(A);
        foreach (var year in years)
        {
            var token = Token(imprint, year);
            stamps.Add(TestRecords.Stamp(Sha512, [[imprint]], token));
            imprint = H(token.ToArray());
        }
        return TestRecords.Record([[.. stamps]]);
    }

    private static byte[] Record(byte[][] chain) => TestRecords.Record([chain]);

    private byte[] Stamp(byte[][][] lists, byte[] imprint, int years = 0) => TestRecords.Stamp(Sha512, lists, Token(imprint, years));

    private ReadOnlyMemory<byte> Token(byte[] imprint, int years = 0) => _make.Token(new Digest(DigestAlgorithm.Sha512, [.. imprint]), TestRecords.Time.AddYears(years));

    private static byte[] Sequence(params byte[][][] chains)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.BER);
        using (writer.PushSequence())
            foreach (var chain in chains)
                using (writer.PushSequence())
                    foreach (var stamp in chain) writer.WriteEncodedValue(stamp);
        return writer.Encode();
    }

    private static byte[] H(byte[] data) => [.. DigestAlgorithm.Sha512.Compute(data).Bytes];

    private static (byte[] Low, byte[] High) Order(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b) < 0 ? (a, b) : (b, a);

    private static byte[] Node(byte[] a, byte[] b)
    {
        var (low, high) = Order(a, b);
        return H([.. low, .. high]);
    }
}
