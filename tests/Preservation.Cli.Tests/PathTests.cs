using System.Security.Cryptography.X509Certificates;
using Preservation.Testing.Certificates;
using Preservation.Testing.TrustLists;

namespace Preservation.Cli.Tests;

/// <summary><c>preserve path</c> as contracts.md has it.</summary>
internal sealed class PathTests
{
    private const string At = "2026-03-01T00:00:00Z";
    private string _folder = null!;
    private TestAuthority _authority = null!;
    private X509Certificate2 _signer = null!;

    [SetUp]
    public void MakeMaterial()
    {
        _folder = Directory.CreateTempSubdirectory("path-").FullName;
        _authority = new TestAuthority();
        _signer = _authority.IssueSigner();
        File.WriteAllText(In("signer.pem"), _signer.ExportCertificatePem());
        File.WriteAllBytes(In("root.crt"), _authority.Certificate.RawData);
        File.WriteAllBytes(In("good.crl"), List());
    }

    [TearDown]
    public void Remove()
    {
        _signer.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string In(string name) => Path.Join(_folder, name);

    private byte[] List() => _authority.IssueCrl(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task A_valid_path_is_told_from_the_certificate_to_its_anchor()
    {
        var (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--crl", In("good.crl"), "--at", At);
        Assert.That((exit, json.GetProperty("outcome").GetString(), json.GetProperty("reason").GetString()), Is.EqualTo((0, "PATH_VALID", "")));
        Assert.That(json.GetProperty("path").EnumerateArray().Select(c => c.GetProperty("subject").GetString()), Is.EqualTo(new[] { "CN=Signer", "CN=Test Root" }));
    }

    [Test]
    public async Task A_folder_of_trust_holds_lists_and_says_which_anchor_and_family_a_path_rests_on()
    {
        var trust = Directory.CreateDirectory(In("trust/list-signers")).Parent!.FullName;
        using var listSigner = _authority.IssueSigner("List signer", ecdsa: true);
        var list = new TestTrustList { Sequence = 5 }.Add(_authority.Certificate, TestTrustList.Authority, TestTrustList.Withdrawn, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), "", (TestTrustList.Granted, TestAuthority.Start));
        await File.WriteAllBytesAsync(Path.Join(trust, "vn.xml"), list.Sign(listSigner));
        await File.WriteAllTextAsync(Path.Join(trust, "anchors.json"), """{"lists":[{"territory":"VN","family":"public"}]}""");
        await File.WriteAllTextAsync(Path.Join(trust, "list-signers/a.pem"), listSigner.ExportCertificatePem());
        await File.WriteAllBytesAsync(In("later.crl"), _authority.IssueCrl(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        var (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", trust, "--crl", In("good.crl"), "--at", At);
        var anchor = json.GetProperty("anchor");
        Assert.That((exit, anchor.GetProperty("family").GetString(), anchor.GetProperty("source").GetProperty("sequenceNumber").GetInt64()), Is.EqualTo((0, "public", 5L)));
        (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", Path.Join(trust, "vn.xml"), "--crl", In("later.crl"), "--at", "2026-05-01T00:00:00Z");
        Assert.That((exit, json.GetProperty("reason").GetString()), Is.EqualTo((1, "CN=Test Root: 2024-01-01T00:00:00Z … 2026-04-01T00:00:00Z: not believed at 2026-05-01T00:00:00Z (ETSI TS 119 612 §5.5.5)")), "withdrawn by then");
        Directory.Delete(Path.Join(trust, "list-signers"), recursive: true);
        (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", trust, "--crl", In("good.crl"), "--at", At);
        Assert.That((exit, json.GetProperty("findings")[0].GetProperty("code").GetString()), Is.EqualTo((1, "TRUST-SIGNER")));
    }

    [Test]
    public async Task Folders_and_several_certificates_in_a_file_are_read_too()
    {
        Directory.CreateDirectory(In("lists"));
        File.Move(In("good.crl"), In("lists/a.crl"));
        await File.WriteAllTextAsync(In("many.pem"), _signer.ExportCertificatePem() + "\n" + _authority.Certificate.ExportCertificatePem() + "\n");
        var (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--intermediate", In("many.pem"), "--trust", In("root.crt"), "--crl", In("lists"), "--at", At);
        Assert.That((exit, json.GetProperty("outcome").GetString()), Is.EqualTo((0, "PATH_VALID")));
    }

    [Test]
    public async Task What_fails_is_told_with_its_clause()
    {
        var (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--at", At);
        Assert.That((exit, json.GetProperty("outcome").GetString()), Is.EqualTo((1, "PATH_INVALID")), "no usable list");
        Assert.That(json.GetProperty("reason").GetString(), Does.Contain("RFC 5280 §6.3.3"));
        _authority.Revoke(_signer, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllBytesAsync(In("good.crl"), List());
        (exit, json) = await Preserve.JsonAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--crl", In("good.crl"), "--at", At);
        Assert.That((exit, json.GetProperty("outcome").GetString()), Is.EqualTo((1, "PATH_INVALID")));
        Assert.That(json.GetProperty("reason").GetString(), Does.Contain("revoked"));
    }

    [TestCase("--policy-oid", "1.2.3.4")]
    [TestCase("--explicit-policy", null)]
    public async Task A_policy_that_the_path_lacks_fails_it(string option, string? value)
    {
        string[] arguments = ["path", In("signer.pem"), "--trust", In("root.crt"), "--crl", In("good.crl"), "--at", At, option, .. value is null ? Array.Empty<string>() : [value]];
        var (exit, json) = await Preserve.JsonAsync(arguments);
        Assert.That((exit, json.GetProperty("outcome").GetString()), Is.EqualTo((1, "PATH_INVALID")));
        Assert.That(json.GetProperty("reason").GetString(), Does.Contain("policies"));
    }

    [Test]
    public async Task Flags_that_inhibit_change_nothing_where_there_are_no_policies()
    {
        var (exit, _) = await Preserve.JsonAsync(
            "path", In("signer.pem"), "--trust", In("root.crt"), "--crl", In("good.crl"), "--at", At, "--inhibit-any-policy", "--inhibit-policy-mapping");
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task Wrong_usage_has_exit_64_and_what_cannot_be_read_exit_2()
    {
        Assert.That((await Preserve.RunAsync("path", In("signer.pem"))).Exit, Is.EqualTo(64), "no trust");
        Assert.That((await Preserve.RunAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--policy-oid", "policy")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--at", "yesterday-ish")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("path", In("gone.pem"), "--trust", In("root.crt"))).Exit, Is.EqualTo(2));
        await File.WriteAllTextAsync(In("text.pem"), "no certificate");
        Assert.That((await Preserve.RunAsync("path", In("text.pem"), "--trust", In("root.crt"))).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("path", In("signer.pem"), "--trust", In("root.crt"), "--crl", In("text.pem"))).Exit, Is.EqualTo(2));
    }
}
