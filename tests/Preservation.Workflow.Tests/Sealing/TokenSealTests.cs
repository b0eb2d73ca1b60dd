using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Preservation.Testing;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Sealing.Pkcs11;

namespace Preservation.Workflow.Tests.Sealing;

/// <summary>Keys in a token that PKCS #11 speaks to: SoftHSM, a token in software.</summary>
[NonParallelizable]
internal sealed partial class TokenSealTests
{
    private const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    private string _folder = "";
    private SealKeyOptions _rsa = null!;
    private SealKeyOptions _ecdsa = null!;

    [OneTimeSetUp]
    public async Task MakeToken()
    {
        if (!File.Exists(Library)) Prerequisite.Missing("softhsm2");
        _folder = Directory.CreateTempSubdirectory("token-").FullName;
        Directory.CreateDirectory(Path.Join(_folder, "tokens"));
        var configuration = Path.Join(_folder, "softhsm2.conf");
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {_folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", configuration); // for programs started from here
        Assert.That(SetEnvironment("SOFTHSM2_CONF", configuration, 1), Is.Zero, "for the library in this process");
        await ToolAsync("--init-token", "--free", "--label", "seal", "--so-pin", "12345678", "--pin", "1234");
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _rsa = await ImportAsync("rsa", rsa, "a1");
        _ecdsa = await ImportAsync("ecdsa", ecdsa, "a2");
    }

    [OneTimeTearDown]
    public void Remove()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    private async Task<SealKeyOptions> ImportAsync(string name, AsymmetricAlgorithm key, string id)
    {
        var options = SealBench.Make(_folder, name, key);
        await ToolAsync("--import", options.KeyFile, "--token", "seal", "--label", name, "--id", id, "--pin", "1234");
        File.Delete(options.KeyFile);
        return With(options, t => t.KeyLabel = name);
    }

    private static SealKeyOptions With(SealKeyOptions key, Action<Pkcs11KeyOptions> change)
    {
        var token = new Pkcs11KeyOptions { Module = Library, Token = "seal", Pin = "1234" };
        change(token);
        return new SealKeyOptions { CertificateFile = key.CertificateFile, Pkcs11 = token };
    }

    private static async Task ToolAsync(params string[] arguments)
    {
        var (exit, output) = await OutsideProgram.RunAsync("softhsm2-util", Path.GetTempPath(), arguments);
        Assert.That(exit, Is.Zero, output);
    }

    private static Signer New(params SealKeyOptions[] keys) => new(Settings.Of(o =>
    {
        foreach (var key in keys) o.Seal.Keys.Add(key);
    }), new ManualClock(SealBench.Begin.AddDays(30)));

    [TestCase("rsa")]
    [TestCase("ecdsa")]
    public async Task A_key_in_a_token_seals_and_a_foreign_program_verifies_it(string name)
    {
        var key = name == "rsa" ? _rsa : _ecdsa;
        using var signer = New(key);
        byte[] content = [1, 2, 3];
        var seal = signer.Seal(content);
        Assert.That(SealBench.Verify(content, seal), Is.EqualTo(name));
        signer.Prove([]);
        await File.WriteAllBytesAsync(Path.Join(_folder, "content"), content);
        await File.WriteAllBytesAsync(Path.Join(_folder, "seal.p7s"), seal);
        var (exit, output) = await OutsideProgram.RunAsync("openssl", _folder, "cms", "-verify", "-binary", "-inform", "DER", "-in", "seal.p7s", "-content", "content", "-CAfile", key.CertificateFile, "-purpose", "any", "-no_check_time", "-out", "/dev/null");
        Assert.That(exit, Is.Zero, output);
    }

    [Test]
    public async Task Many_seals_at_once_share_a_few_sessions_and_all_hold()
    {
        using var signer = New(_rsa);
        var seals = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => ((byte)i, signer.Seal([(byte)i])))));
        foreach (var (content, seal) in seals) Assert.That(SealBench.Verify([content], seal), Is.EqualTo("rsa"));
    }

    [Test]
    public void A_session_that_the_token_lost_is_opened_again()
    {
        using var signer = New(_ecdsa);
        signer.Seal([1]);
        using (var module = Pkcs11Module.Open(Library))
            for (nuint session = 0; session < 5000; session++) module.CloseSession(session); // behind the signer's back: all are closed and the login ends
        Assert.That(SealBench.Verify([2], signer.Seal([2])), Is.EqualTo("ecdsa"));
    }

    [Test]
    public void A_key_is_found_by_its_id_and_a_pin_by_its_file()
    {
        var pin = Path.Join(_folder, "pin");
        File.WriteAllText(pin, "1234\n");
        using var signer = New(With(_rsa, t => (t.KeyId, t.Pin, t.PinFile) = ("a1", "", pin)));
        Assert.That(SealBench.Verify([1], signer.Seal([1])), Is.EqualTo("rsa"));
    }

    [Test]
    public void Whatever_is_not_there_is_named()
    {
        Assert.That(() => New(With(_rsa, t => t.Module = "/nowhere/lib.so")), Throws.InstanceOf<Pkcs11Exception>().With.Message.Contains("/nowhere/lib.so"));
        Assert.That(() => New(With(_rsa, t => t.Module = "/lib/x86_64-linux-gnu/libc.so.6")), Throws.InstanceOf<Pkcs11Exception>().With.Message.Contains("no PKCS #11 library"));
        Fails(With(_rsa, t => t.Token = "other"), "no token is called other");
        Fails(With(_rsa, t => t.KeyLabel = "other"), "no private key other");
        Fails(With(_rsa, t => (t.KeyLabel, t.Pin) = ("rsa", "9999")), "CKR_PIN_INCORRECT");
        Fails(With(_rsa, t => (t.KeyLabel, t.PinFile) = ("rsa", Path.Join(_folder, "no-pin"))), "no-pin");
        using var signer = New(With(_rsa, t => t.KeyLabel = "rsa"));
        Assert.That(() => signer.Seal([1]), Throws.Nothing, "and the right one works after the wrong ones");

        static void Fails(SealKeyOptions key, string message)
        {
            using var signer = New(key);
            Assert.That(() => signer.Seal([1]), Throws.InstanceOf<IOException>().With.Message.Contains(message));
        }
    }

    [Test]
    public void The_key_of_another_certificate_is_refused_before_it_seals_anything()
    {
        using var other = RSA.Create(2048);
        var stranger = SealBench.Make(_folder, "stranger", other);
        using var signer = New(With(stranger, t => t.KeyLabel = "rsa"));
        Assert.That(() => signer.Prove([]), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void Private_keys_do_not_leave_their_token()
    {
        using var token = new Pkcs11Token(_rsa.Pkcs11!);
        using var key = new Pkcs11Rsa(token, new RSAParameters { Modulus = new byte[256], Exponent = [1, 0, 1] });
        Assert.That(() => key.ExportParameters(true), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => key.SignHash(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pss), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => key.SignHash(new byte[20], HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1), Throws.InstanceOf<CryptographicException>());
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
