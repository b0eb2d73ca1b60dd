using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Path;
using Preservation.Signatures.TrustLists;
using Preservation.Testing;
using Preservation.Testing.Certificates;
using Preservation.Testing.Fuzzing;
using Preservation.Testing.Rules;
using Preservation.Testing.TrustLists;

namespace Preservation.Signatures.Tests.TrustLists;

/// <summary>Which trusted lists are used, and why others are not (ETSI TS 119 612).</summary>
public sealed class TrustListVerificationTests
{
    private static readonly DateTimeOffset Since = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TestAuthority Root = new();
    private static readonly X509Certificate2 Signer = Root.IssueSigner("List signer", ecdsa: true);
    private static readonly X509Certificate2 Other = Root.IssueSigner("Other", ecdsa: true);
    private static readonly X509Certificate2 Rsa = Root.IssueSigner("RSA signer");

    [OneTimeTearDown]
    public void Dispose()
    {
        Signer.Dispose();
        Other.Dispose();
        Rsa.Dispose();
        Root.Dispose();
    }

    private static TestTrustList List(long sequence = 1, string territory = "VN") =>
        new TestTrustList { Sequence = sequence, Territory = territory }.Add(Root.Certificate, TestTrustList.Authority, TestTrustList.Granted, Since);

    private static TrustListReading Judge(byte[] list, params X509Certificate2[] signers) => Judge([list], signers)[0];

    private static System.Collections.Immutable.ImmutableArray<TrustListReading> Judge(byte[][] lists, params X509Certificate2[] signers) => TrustListVerification.Judge(
        [.. lists.Select((l, i) => new TrustListFile($"{i}.xml", l))], (signers.Length > 0 ? signers : [Signer]).Select(s => s.RawDataMemory), SignatureLimits.Default);

    private static IEnumerable<RuleCase> Cases
    {
        get
        {
            var end = "</TrustServiceStatusList>";
            yield return Case("TRUST-MALFORMED", "another document", () => Judge(TestTrustList.Sign("<a></a>", Signer)));
            yield return Case("TRUST-MALFORMED", "no well-formed document", () => Judge("<TrustServiceStatusList>"u8.ToArray()));
            yield return Case("TRUST-MALFORMED", "an issue time that is none", () => Judge(TestTrustList.Sign(List().Text().Replace("2026-01-01T", "2026-13-01T", StringComparison.Ordinal), Signer)));
            yield return Case("TRUST-MALFORMED", "a document type with entities", () => Judge(Encoding.UTF8.GetBytes("<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]>" + List().Text())));
            yield return Case("TRUST-LIMIT", "elements a thousand deep", () => Judge(TestTrustList.Sign(List().Text().Replace(end, string.Concat(Enumerable.Repeat("<a>", 1_000)) + string.Concat(Enumerable.Repeat("</a>", 1_000)) + end, StringComparison.Ordinal), Signer)));
            yield return Case("TRUST-VERSION", "the fourth edition of the format", () =>
            {
                var list = List();
                list.Version = 4;
                return Judge(list.Sign(Signer));
            });
            yield return Case("TRUST-UNSIGNED", "no signature", () => Judge(Encoding.UTF8.GetBytes(List().Text())));
            yield return Case("TRUST-SIGNATURE", "a status changed after signing", () => Judge(Change(List().Sign(Signer), "granted", "accredited")));
            yield return Case("TRUST-SIGNATURE", "the value of another signature", () => Judge(Change(List().Sign(Signer), "<ds:SignatureValue>", "<ds:SignatureValue>AAAA")));
            yield return Case("TRUST-COVERAGE", "a signed part within another list", () => Judge(Wrapped()));
            yield return Case("TRUST-COVERAGE", "a reference to one element", () => Judge(TestTrustList.Sign(List().Text().Replace("<SchemeInformation>", "<SchemeInformation Id=\"x\">", StringComparison.Ordinal), Signer, Part(), "#x")));
            yield return Case("TRUST-COVERAGE", "an expression that leaves something out", () => Judge(TestTrustList.Sign(List().Text(), Signer, null, "", XPath)));
            yield return Case("TRUST-COVERAGE", "a second signature", () => Judge(TestTrustList.Sign(Encoding.UTF8.GetString(List().Sign(Signer)), Signer)));
            yield return Case("TRUST-SIGNER", "a signer whom nobody named", () => Judge(List().Sign(Other)));
            yield return Case("TRUST-SIGNER", "an issue time outside of the signer's certificate", () =>
            {
                var list = List();
                list.IssuedAt = TestAuthority.Start.AddDays(-1);
                return Judge(list.Sign(Signer));
            });
            yield return Case("TRUST-WEAK-ALGORITHM", "SHA-1", () => Judge(TestTrustList.Sign(List().Text(), Rsa, sha1: true), Rsa));
            yield return Case("TRUST-EXPIRED", "a next update that went by", () => Judge(List().Sign(Signer)), SigningBench.Now.AddYears(1));
            yield return Case("TRUST-SEQUENCE", "an older edition beside a newer one", () => Judge([List(7).Sign(Signer), List(8).Sign(Signer)])[0]);
            yield return Case("TRUST-SERVICE-CERTIFICATE", "a service that is only named", () => Judge(List().Add(null, TestTrustList.Authority, TestTrustList.Granted, Since).Sign(Signer)), used: true);
            yield return Case("TRUST-SERVICE-EXTENSION", "a critical extension nobody knows", () => Judge(List().Add(Other, TestTrustList.Authority, TestTrustList.Granted, Since, "<Extension Critical=\"true\"><Odd></Odd></Extension>").Sign(Signer)), used: true);
            yield return Case("TRUST-POINTER", "a list of lists without the list", () => Judge(new TestTrustList { Type = TestTrustList.ListOfLists, Territory = "EU" }.Point("LA", TestTrustList.National, Other).Sign(Signer)), used: true);
        }
    }

    private const string XPath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>true()</ds:XPath></ds:Transform>";

    private static RuleCase Case(string rule, string fault, Func<TrustListReading> judge, DateTimeOffset? now = null, bool used = false) => new(rule, "list with " + fault, () =>
    {
        var reading = judge();
        Assert.That(reading.IsUsed, Is.EqualTo(used || now is not null), rule);
        return Task.FromResult(reading.FindingsAt(now ?? SigningBench.Now));
    });

    private static byte[] Change(byte[] list, string from, string to) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(list).Replace(from, to, StringComparison.Ordinal));

    // The canonical form of the part on its own has the namespace that it inherits.
    private static string Part()
    {
        var text = List().Text();
        var (from, to) = (text.IndexOf("<SchemeInformation>", StringComparison.Ordinal), text.IndexOf("</SchemeInformation>", StringComparison.Ordinal) + "</SchemeInformation>".Length);
        return text[from..to].Replace("<SchemeInformation>", "<SchemeInformation xmlns=\"http://uri.etsi.org/02231/v2#\" Id=\"x\">", StringComparison.Ordinal);
    }

    // The signed list goes into a corner of a list that the attacker wrote; the reference finds it by its Id.
    private static byte[] Wrapped()
    {
        var signed = Encoding.UTF8.GetString(TestTrustList.Sign(List().Text(), Signer, null, "#list"));
        var forged = new TestTrustList { Sequence = 99 }.Add(Other, TestTrustList.Authority, TestTrustList.Granted, Since).Text().Replace(" Id=\"list\"", "", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(forged.Replace("</TrustServiceStatusList>", $"<Extra>{signed}</Extra></TrustServiceStatusList>", StringComparison.Ordinal));
    }

    [TestCaseSource(nameof(Cases))]
    public Task A_fault_is_told(RuleCase @case) => @case.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_what_the_tests_show() => RuleTable.AssertAsync("Trusted list", TrustListRules.All, Cases.ToList(),
        [new RuleSample("good list", () => Task.FromResult(Judge(List().Sign(Signer)).FindingsAt(SigningBench.Now))), new RuleSample("list by an RSA key", () => Task.FromResult(Judge(List().Sign(Rsa), Rsa).FindingsAt(SigningBench.Now)))]);

    [TestCase(5)]
    [TestCase(6)]
    public void A_good_list_is_read_whole(int version)
    {
        var list = List(37).Add(Other, TestTrustList.TimeStamping, TestTrustList.Withdrawn, Since.AddMonths(6), "<Extension Critical=\"false\"><ExpiredCertsRevocationInfo>2020-01-01T00:00:00Z</ExpiredCertsRevocationInfo></Extension>", (TestTrustList.Granted, Since));
        list.Version = version;
        var reading = Judge(list.Sign(Signer));
        Assert.That((reading.IsUsed, reading.Findings.Length, reading.Signer.Span.SequenceEqual(Signer.RawData)), Is.EqualTo((true, 0, true)));
        var read = reading.List!;
        Assert.That((read.Version, read.SequenceNumber, read.Operator, read.Territory, read.IssuedAt, read.NextUpdate), Is.EqualTo((version, 37L, "Cơ quan quản lý", "VN", list.IssuedAt, list.NextUpdate)));
        var provider = read.Providers.Single();
        Assert.That((provider.Name, provider.Services[1].Name), Is.EqualTo(("Provider", "Service")));
        Assert.That(provider.Services[1].Periods.Select(p => (p.Status, p.Since)), Is.EqualTo(new[] { (TestTrustList.Withdrawn, Since.AddMonths(6)), (TestTrustList.Granted, Since) }));
        Assert.That(provider.Services[1].Present.Extensions, Is.EqualTo(new[] { "ExpiredCertsRevocationInfo: 2020-01-01T00:00:00Z" }));
        Assert.That((provider.Services[1].Present.Identity.Certificates.Length, provider.Services[1].Periods[1].Identity.SubjectKeyIds[0]), Is.EqualTo((1, "000102")));
    }

    [Test]
    public void A_list_of_lists_vouches_for_those_it_points_to_and_for_no_others()
    {
        var top = new TestTrustList { Type = TestTrustList.ListOfLists, Territory = "EU", NextUpdate = SigningBench.Now.AddMonths(1) }.Point("LA", TestTrustList.National, Other).Sign(Signer);
        var pointed = Judge([top, List(3, "LA").Sign(Other), List(3, "KH").Sign(Other), List(3, "LA").Sign(Rsa)]);
        Assert.That(pointed.Select(r => r.IsUsed), Is.EqualTo(new[] { true, true, false, false }));
        Assert.That(pointed[1].NextUpdate, Is.EqualTo(SigningBench.Now.AddMonths(1)), "it is believed no longer than the list that vouches for it");
        Assert.That(pointed.Skip(2).SelectMany(r => r.Findings).Select(f => f.Rule.Code), Is.EqualTo(new[] { "TRUST-SIGNER", "TRUST-SIGNER" }));
        var national = List(4).Point("LA", TestTrustList.National, Other).Sign(Signer);
        Assert.That(Judge([national, List(3, "LA").Sign(Other)])[1].IsUsed, Is.False, "a national list vouches for nobody else's");
    }

    [Test]
    public void The_same_list_at_two_places_is_no_older_edition()
    {
        var list = List().Sign(Signer);
        var readings = Judge([list, list]);
        Assert.That(readings.Select(r => (r.IsUsed, r.IsRepeated)), Is.EqualTo(new[] { (true, false), (false, true) }));
        Assert.That(readings.SelectMany(r => r.Findings), Is.Empty);
    }

    [Test]
    public async Task A_real_list_is_used_when_its_signer_is_named_and_not_otherwise()
    {
        var bytes = await System.IO.File.ReadAllBytesAsync(SharedFiles.Corpus("signatures/xades/TSL-noID.xml"));
        var alone = Judge(bytes);
        Assert.That((alone.IsUsed, alone.Findings.Single().Rule.Code, alone.List!.Territory, alone.List.SequenceNumber), Is.EqualTo((false, "TRUST-SIGNER", "AT", 37L)));
        var reading = Judge(bytes, X509CertificateLoader.LoadCertificate(alone.Signer.Span));
        Assert.That((reading.IsUsed, reading.List!.Providers.Length > 3, reading.List.Pointers.Length > 0), Is.EqualTo((true, true, true)));
        var anchors = TrustListAnchors.Of(reading, AnchorFamily.Public).ToList();
        Assert.That(anchors, Is.Not.Empty);
        Assert.That(anchors.Select(a => a.Until), Has.Some.Null.And.Some.Not.Null);
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("granted", "withdrawn"), ("<TSLSequenceNumber>37", "<TSLSequenceNumber>38")])
            Assert.That(Judge(Change(bytes, from, to), X509CertificateLoader.LoadCertificate(alone.Signer.Span)).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "TRUST-SIGNATURE" }));
    }

    [Test]
    public void A_huge_list_is_bounded()
    {
        var bytes = new byte[SignatureLimits.Default.MaxXmlBytes + 1];
        Assert.That(Judge(bytes).Findings.Single().Rule, Is.EqualTo(TrustListRules.Limit));
    }

    [Test, Category("Fuzz")]
    public Task Lists_survive_fuzzing()
    {
        var seeds = new[] { List().Add(Other, TestTrustList.TimeStamping, TestTrustList.Withdrawn, Since.AddMonths(6), TestTrustList.For("ForeSeals"), (TestTrustList.Granted, Since)).Sign(Signer), new TestTrustList { Type = TestTrustList.ListOfLists }.Point("LA", TestTrustList.National, Other).Sign(Signer) };
        // What is used says what was signed: apart from the signature and comments, the text that is read is the same.
        var sound = seeds.Select(s => Said(Judge(s))).ToHashSet();
        return Fuzz.RunAsync("trusted list", seeds, (bytes, _) =>
        {
            var reading = Judge(bytes);
            if (reading.IsUsed) Assert.That(sound, Does.Contain(Said(reading)), "a spoilt list is used");
            return Task.CompletedTask;
        });
    }

    private static string Said(TrustListReading reading) => string.Join('|', reading.List!.Scheme, reading.List.SequenceNumber, reading.List.IssuedAt, reading.List.NextUpdate,
        string.Join(',', reading.List.Pointers.Select(p => p.Territory + p.Location)), string.Join(',', TrustListAnchors.Of(reading, null).Select(a => $"{a.Sha256} {a.Family} {a.From} {a.Until}")));
}
