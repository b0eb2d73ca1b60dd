using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;
using Preservation.Testing.Certificates;
using Preservation.Testing.TrustLists;

namespace Preservation.Signatures.Tests.TrustLists;

/// <summary>What a folder of trust may hold.</summary>
public sealed class TrustFilesTests
{
    private static readonly DateTimeOffset Since = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestAuthority _root = new("Root");
    private readonly TestAuthority _other = new("Other");
    private X509Certificate2 _signer = null!;
    private string _folder = "";

    [OneTimeSetUp]
    public void Start() => _signer = _root.IssueSigner("List signer", ecdsa: true);

    [OneTimeTearDown]
    public void Stop()
    {
        _signer.Dispose();
        _root.Dispose();
        _other.Dispose();
    }

    [SetUp]
    public void Make()
    {
        _folder = Directory.CreateTempSubdirectory("trust-").FullName;
        File.WriteAllText(In("root.pem"), _root.Certificate.ExportCertificatePem());
        File.WriteAllBytes(In("other.crt"), _other.Certificate.RawData);
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => System.IO.Path.Join(_folder, name);

    private void AddList(string name, TestTrustList list)
    {
        Directory.CreateDirectory(In("list-signers"));
        File.WriteAllText(In("list-signers/a.pem"), _signer.ExportCertificatePem());
        File.WriteAllBytes(In(name), list.Sign(_signer));
    }

    private TrustAnchors Load(string? json = null)
    {
        if (json is not null) File.WriteAllText(In("anchors.json"), json);
        return TrustAnchors.Load([_folder]);
    }

    [Test]
    public void Plain_certificates_are_believed_always()
    {
        var anchors = Load();
        Assert.That(anchors.All.Select(a => (a.Family, a.From, a.Until)), Is.All.EqualTo(((string?)null, (DateTimeOffset?)null, (DateTimeOffset?)null)));
        Assert.That(anchors.All.Select(a => a.Source!.Name), Is.EquivalentTo(new[] { "root.pem", "other.crt" }));
        Assert.That(TrustAnchors.Load([In("root.pem")]).Count, Is.EqualTo(1));
    }

    [Test]
    public void Families_and_dates_are_said_by_file_or_by_digest()
    {
        var sha256 = _other.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var anchors = Load($$"""
            {"anchors":[{"file":"root.pem","family":"official-duty","notBefore":"2024-01-01T00:00:00+07:00","notAfter":"2030-01-01T00:00:00Z","note":"gốc cũ"},
                        {"sha256":"{{sha256}}","family":"public"},{"sha256":"{{sha256}}","family":"time-stamping"}]}
            """);
        Assert.That(anchors.All.Select(a => (a.Source!.Name, a.Family, a.From, a.Note)), Is.EquivalentTo(new (string, string?, DateTimeOffset?, string?)[]
        {
            ("root.pem", "official-duty", new DateTimeOffset(2023, 12, 31, 17, 0, 0, TimeSpan.Zero), "gốc cũ"), ("other.crt", "public", null, null), ("other.crt", "time-stamping", null, null),
        }));
    }

    [Test]
    public void What_was_written_of_a_set_is_a_folder_s_file_too()
    {
        AddList("vn.xml", new TestTrustList().Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Granted, Since));
        var set = Load("""{"anchors":[{"file":"other.crt","family":"public"}],"lists":[{"territory":"VN","family":"official-duty"}]}""");
        using var basis = new TemporaryBasis(set);
        Assert.That(TrustAnchors.Load([basis.Folder]).Sha256, Is.EqualTo(set.Sha256));
        Assert.That(TrustAnchors.Load([System.IO.Path.Join(basis.Folder, "anchors.json")]).Sha256, Is.EqualTo(set.Sha256));
    }

    [TestCase("""{"anchors":[{"file":"none.pem"}]}""")]
    [TestCase("""{"anchors":[{"file":"root.pem","famliy":"public"}]}""")]
    [TestCase("""{"anchors":[{"file":"root.pem","family":"mine"}]}""")]
    [TestCase("""{"anchors":[{"file":"root.pem","notAfter":"2030-01-01"}]}""")]
    [TestCase("""{"anchors":[{"file":"root.pem","notBefore":"2030-01-01T00:00:00Z","notAfter":"2030-01-01T00:00:00Z"}]}""")]
    [TestCase("""{"anchors":[{"certificate":"AAAA"}]}""")]
    [TestCase("""{"anchors":[{}]}""")]
    [TestCase("""{"lists":[{"family":"public"}]}""")]
    [TestCase("""{"anchors":{}}""")]
    [TestCase("[]")]
    [TestCase("{")]
    public void A_file_with_a_hole_is_not_used(string json) => Assert.Throws<InvalidDataException>(() => Load(json));

    [Test]
    public void A_list_beside_them_is_used_and_its_family_is_the_operator_s_word()
    {
        AddList("vn.xtsl", new TestTrustList { Sequence = 12 }.Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Granted, Since));
        var anchors = Load("""{"lists":[{"name":"vn.xtsl","family":"public"}]}""");
        var listed = anchors.All.Single(a => a.Source!.SequenceNumber == 12);
        Assert.That((listed.Family, listed.From, listed.Source!.Service, listed.Source.Territory), Is.EqualTo(("public", (DateTimeOffset?)Since, "Service", "VN")));
        Assert.That(anchors.FindingsAt(SigningBench.Now), Is.Empty);
        Assert.That(anchors.FindingsAt(SigningBench.Now.AddYears(1)).Single().Rule.Code, Is.EqualTo("TRUST-EXPIRED"));
        Assert.That(TrustAnchors.Load([In("vn.xtsl")]).Count, Is.EqualTo(1), "a list by itself, its signers beside it");
    }

    [Test]
    public void A_list_that_nobody_vouches_for_gives_no_anchor_and_is_told()
    {
        AddList("vn.xml", new TestTrustList().Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Granted, Since));
        Directory.Delete(In("list-signers"), recursive: true);
        var anchors = Load();
        Assert.That((anchors.Count, anchors.FindingsAt(SigningBench.Now).Single().Rule.Code), Is.EqualTo((2, "TRUST-SIGNER")));
    }

    private sealed class TemporaryBasis : IDisposable
    {
        public TemporaryBasis(TrustAnchors set)
        {
            File.WriteAllBytes(System.IO.Path.Join(Folder, "anchors.json"), set.Json.ToArray());
            File.WriteAllText(System.IO.Path.Join(Folder, "anchors.pem"), string.Join('\n', set.Encoded.Select(e => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", e.Span))));
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("basis-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
