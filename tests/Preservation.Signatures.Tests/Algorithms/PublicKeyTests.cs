using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Signatures.Algorithms;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Algorithms;

/// <summary>Signature values against the platform's and openssl's signers, and against forgers.</summary>
internal sealed class PublicKeyTests
{
    private static readonly byte[] Data = "một văn bản"u8.ToArray();

    private static SignatureScheme Scheme(SchemeFamily family, HashFunction hash, HashFunction? mask = null, int? salt = null) =>
        new(family, hash, null) { MaskHash = mask, SaltBytes = salt };

    private static KeyAnswer Verify(AsymmetricAlgorithm key, byte[] value, SignatureScheme scheme, byte[]? data = null) =>
        new PublicKey(key.ExportSubjectPublicKeyInfo()).Verify(scheme.Hash!.Compute(data ?? Data), value, scheme, scheme.Hash!);

    private static byte[] Raw(RSAParameters key, byte[] block)
    {
        var n = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        var value = BigInteger.ModPow(new BigInteger(block, true, true), new BigInteger(key.D, true, true), n).ToByteArray(true, true);
        return [.. new byte[key.Modulus!.Length - value.Length], .. value];
    }

    [Test]
    public void Own_pkcs1_accepts_what_the_platform_signs_and_nothing_that_is_spoilt()
    {
        using var rsa = RSA.Create(2048);
        var own = RsaPublicOperation.Read(rsa.ExportRSAPublicKey());
        foreach (var hash in new[] { HashFunction.Sha1, HashFunction.Sha256, HashFunction.Sha384, HashFunction.Sha512 })
        {
            var value = rsa.SignData(Data, hash.Platform!.Value, RSASignaturePadding.Pkcs1);
            Assert.That(own.VerifyPkcs1(hash.Compute(Data), value, hash), Is.True);
            value[^1] ^= 1;
            Assert.That(own.VerifyPkcs1(hash.Compute(Data), value, hash), Is.False);
            Assert.That(own.VerifyPkcs1(hash.Compute(Data), [.. value, 0], hash), Is.False);
        }
    }

    // Each block would pass a verifier that parses the padding instead of comparing it.
    [Test]
    public void Blocks_that_only_begin_well_are_refused()
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportParameters(true);
        var hash = HashFunction.Sha224;
        var digest = hash.Compute(Data);
        byte[] oid = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4];
        byte[] Info(byte[] parameters) => [0x30, (byte)(4 + oid.Length + parameters.Length + digest.Length), 0x30, (byte)(oid.Length + parameters.Length), .. oid, .. parameters, 4, 28, .. digest];
        byte[] Block(byte[] info, int padding, byte[]? tail = null, byte first = 0, byte type = 1, byte filling = 0xFF)
        {
            byte[] block = [first, type, .. Enumerable.Repeat(filling, padding), 0, .. info, .. tail ?? []];
            return block;
        }
        var info = Info([5, 0]);
        var full = 256 - 3 - info.Length;
        var scheme = Scheme(SchemeFamily.RsaPkcs1, hash);
        KeyAnswer Of(byte[] block) => Verify(rsa, Raw(key, block), scheme);
        Assert.That(Of(Block(info, full)), Is.EqualTo(KeyAnswer.Yes));
        Assert.That(Of(Block(Info([]), full + 2)), Is.EqualTo(KeyAnswer.Yes), "absent parameters (RFC 8017 §9.2 note 1)");
        Assert.That(Of(Block(info, 8, new byte[full - 8])), Is.EqualTo(KeyAnswer.No), "Bleichenbacher 2006: a tail");
        Assert.That(Of(Block(info, full - 2, [0, 0])), Is.EqualTo(KeyAnswer.No), "a short tail");
        Assert.That(Of(Block(Info([4, 2, 1, 2]), full - 2)), Is.EqualTo(KeyAnswer.No), "rubbish in the parameters");
        Assert.That(Of(Block(info, full, type: 2)), Is.EqualTo(KeyAnswer.No), "another block type");
        Assert.That(Of(Block(info, full, filling: 0xFE)), Is.EqualTo(KeyAnswer.No), "another filling");
        Assert.That(Of([.. new byte[256 - digest.Length], .. digest]), Is.EqualTo(KeyAnswer.No), "a bare digest");
    }

    [Test]
    public void A_value_not_smaller_than_the_modulus_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var hash = HashFunction.Sha512T256;
        var scheme = Scheme(SchemeFamily.RsaPss, hash);
        Assert.That(Verify(rsa, rsa.ExportParameters(false).Modulus!, scheme), Is.EqualTo(KeyAnswer.No));
        Assert.That(Verify(rsa, new byte[256], scheme), Is.EqualTo(KeyAnswer.No));
    }

    [TestCase(1024)]
    [TestCase(2048)]
    [TestCase(2056)]
    public void Own_pss_accepts_what_the_platform_signs_at_any_modulus_length(int bits)
    {
        using var rsa = RSA.Create(bits);
        var own = RsaPublicOperation.Read(rsa.ExportRSAPublicKey());
        var hash = HashFunction.Sha256;
        var value = rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        Assert.That(own.VerifyPss(hash.Compute(Data), value, hash, hash, 32), Is.True);
        Assert.That(own.VerifyPss(hash.Compute(Data), value, hash, hash, 31), Is.False, "another salt");
        Assert.That(own.VerifyPss(hash.Compute(Data), value, hash, HashFunction.Sha1, 32), Is.False, "another mask");
        for (var i = 0; i < value.Length; i += 13)
        {
            value[i] ^= 4;
            Assert.That(own.VerifyPss(hash.Compute(Data), value, hash, hash, 32), Is.False);
            value[i] ^= 4;
        }
    }

    [TestCase("sha224", "SHA-224", "sha224", "SHA-224", 28)]
    [TestCase("sha256", "SHA-256", "sha1", "SHA-1", 32)]
    [TestCase("sha256", "SHA-256", "sha256", "SHA-256", 0)]
    [TestCase("sha512-256", "SHA-512/256", "sha512-256", "SHA-512/256", 20)]
    [TestCase("sha3-224", "SHA3-224", "sha256", "SHA-256", 64)]
    public async Task Openssls_pss_of_any_digest_mask_and_salt_is_accepted(string digest, string hash, string mask, string maskHash, int salt)
    {
        var (key, value) = await SignAsync("RSA", ["-pkeyopt", "rsa_keygen_bits:2048"], digest,
            ["-sigopt", "rsa_padding_mode:pss", "-sigopt", $"rsa_pss_saltlen:{salt}", "-sigopt", $"rsa_mgf1_md:{mask}"]);
        var scheme = Scheme(SchemeFamily.RsaPss, Find(hash), Find(maskHash), salt);
        Assert.That(key.Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Yes));
        Assert.That(key.Verify(Find(hash).Compute([1]), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.No));
    }

    // One bit more than whole bytes: the block is a byte shorter than the modulus (RFC 8017 §8.1.2 step 2c).
    [TestCase(1025)]
    [TestCase(1031)]
    [TestCase(1026)]
    public async Task Pss_holds_for_a_modulus_of_odd_length(int bits)
    {
        var (key, value) = await SignAsync("RSA", ["-pkeyopt", $"rsa_keygen_bits:{bits}"], "sha224",
            ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"]);
        Assert.That(key.Strength(), Is.EqualTo(("RSA", bits)));
        var scheme = Scheme(SchemeFamily.RsaPss, HashFunction.Sha224, HashFunction.Sha224, 20);
        Assert.That(key.Verify(HashFunction.Sha224.Compute(Data), value, scheme, HashFunction.Sha224), Is.EqualTo(KeyAnswer.Yes));
        value[^1] ^= 1;
        Assert.That(key.Verify(HashFunction.Sha224.Compute(Data), value, scheme, HashFunction.Sha224), Is.EqualTo(KeyAnswer.No));
    }

    [TestCase("sha224", "SHA-224")]
    [TestCase("sha512-224", "SHA-512/224")]
    [TestCase("sha512-256", "SHA-512/256")]
    [TestCase("sha3-224", "SHA3-224")]
    [TestCase("sha3-512", "SHA3-512")]
    [TestCase("md5", "MD5")]
    public async Task Openssls_pkcs1_of_any_digest_is_accepted(string digest, string hash)
    {
        var (key, value) = await SignAsync("RSA", ["-pkeyopt", "rsa_keygen_bits:2048"], digest, []);
        var scheme = Scheme(SchemeFamily.RsaPkcs1, Find(hash));
        Assert.That(key.Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Yes));
    }

    [TestCase("brainpoolP256r1", "sha224", "SHA-224", "named_curve")]
    [TestCase("brainpoolP384t1", "sha512", "SHA-512", "named_curve")]
    [TestCase("P-256", "sha512", "SHA-512", "named_curve")]
    [TestCase("P-521", "sha256", "SHA-256", "named_curve")]
    [TestCase("P-384", "sha256", "SHA-256", "explicit")]
    [TestCase("brainpoolP320r1", "sha3-224", "SHA3-224", "explicit")]
    [TestCase("secp256k1", "sha256", "SHA-256", "explicit")]
    public async Task Openssls_ecdsa_on_named_and_spelt_out_curves_is_accepted(string curve, string digest, string hash, string encoding)
    {
        var (key, value) = await SignAsync("EC", ["-pkeyopt", $"ec_paramgen_curve:{curve}", "-pkeyopt", $"ec_param_enc:{encoding}"], digest, []);
        var scheme = Scheme(SchemeFamily.Ecdsa, Find(hash));
        Assert.That(key.Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Yes));
        Assert.That(key.Verify(Find(hash).Compute([1]), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.No));
        Assert.That(key.Strength().Name, Is.EqualTo("ECDSA"));
    }

    // CVE-2020-0601: a generator chosen so that the trusted public key has a known private one.
    [Test]
    public async Task A_known_curve_with_another_generator_is_no_known_curve()
    {
        var (key, value) = await SignAsync("EC", ["-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"], "sha256", []);
        var spoilt = key.Encoded.ToArray();
        var generator = Convert.FromHexString("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296");
        spoilt[spoilt.AsSpan().IndexOf(generator) + 5] ^= 1;
        Assert.That(new PublicKey(spoilt).Verify(HashFunction.Sha256.Compute(Data), value, Scheme(SchemeFamily.Ecdsa, HashFunction.Sha256), HashFunction.Sha256), Is.EqualTo(KeyAnswer.Unsupported));
    }

    [TestCase(1024, 160, "sha1", "SHA-1")]
    [TestCase(2048, 224, "sha256", "SHA-256")]
    [TestCase(2048, 256, "sha512", "SHA-512")]
    public async Task Openssls_dsa_is_accepted_and_its_parameters_may_be_inherited(int bits, int order, string digest, string hash)
    {
        var (key, value) = await SignAsync("DSA", ["-pkeyopt", $"dsa_paramgen_bits:{bits}", "-pkeyopt", $"dsa_paramgen_q_bits:{order}"], digest, []);
        var scheme = Scheme(SchemeFamily.Dsa, Find(hash));
        Assert.That(key.Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Yes));
        Assert.That(key.Verify(Find(hash).Compute([1]), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.No));
        Assert.That(key.Strength(), Is.EqualTo(("DSA", bits)));
        var bare = WithoutParameters(key);
        Assert.That(bare.LacksParameters);
        Assert.That(bare.Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Unsupported));
        Assert.That(bare.Inherit(key).Verify(Find(hash).Compute(Data), value, scheme, Find(hash)), Is.EqualTo(KeyAnswer.Yes));
    }

    [Test]
    public void A_key_of_another_family_never_made_the_value()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(Verify(ecdsa, new byte[256], Scheme(SchemeFamily.RsaPkcs1, HashFunction.Sha256)), Is.EqualTo(KeyAnswer.No));
        Assert.That(Verify(rsa, new byte[70], Scheme(SchemeFamily.Ecdsa, HashFunction.Sha256)), Is.EqualTo(KeyAnswer.No));
        Assert.That(Verify(ecdsa, [1, 2, 3], Scheme(SchemeFamily.Ecdsa, HashFunction.Sha256)), Is.EqualTo(KeyAnswer.No));
        Assert.That(new PublicKey(new byte[] { 0x30, 0 }).Verify(new byte[32], [], Scheme(SchemeFamily.Ecdsa, HashFunction.Sha256), HashFunction.Sha256), Is.EqualTo(KeyAnswer.No));
    }

    [TestCase("1.3.101.112")]
    [TestCase("1.2.3.4.5")]
    public void An_unknown_algorithm_is_named_and_not_guessed(string oid)
    {
        var scheme = SignatureScheme.Read(new AlgorithmId(oid, null));
        Assert.That((scheme.Family, scheme.Unsupported), Is.EqualTo((SchemeFamily.Unknown, oid)));
    }

    private static HashFunction Find(string name) => HashFunction.All.Single(h => h.Name == name);

    private static PublicKey WithoutParameters(PublicKey key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.10040.4.1");
            writer.WriteBitString(key.KeyBits.Span);
        }
        return new PublicKey(writer.Encode());
    }

    private static async Task<(PublicKey Key, byte[] Value)> SignAsync(string algorithm, string[] generation, string digest, string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("key-").FullName;
        try
        {
            await File.WriteAllBytesAsync(System.IO.Path.Join(folder, "data"), Data);
            if (algorithm == "DSA")
            {
                await OpensslAsync(folder, ["genpkey", "-genparam", "-algorithm", "DSA", .. generation, "-out", "parameters"]);
                await OpensslAsync(folder, ["genpkey", "-paramfile", "parameters", "-out", "key"]);
            }
            else await OpensslAsync(folder, ["genpkey", "-algorithm", algorithm, .. generation, "-out", "key"]);
            await OpensslAsync(folder, ["pkey", "-in", "key", "-pubout", "-outform", "DER", "-out", "public"]);
            await OpensslAsync(folder, ["dgst", $"-{digest}", "-sign", "key", .. options, "-out", "value", "data"]);
            return (new PublicKey(await File.ReadAllBytesAsync(System.IO.Path.Join(folder, "public"))), await File.ReadAllBytesAsync(System.IO.Path.Join(folder, "value")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OpensslAsync(string folder, string[] arguments)
    {
        var (exit, output) = await OutsideProgram.RunAsync("openssl", folder, arguments);
        Assert.That(exit, Is.Zero, output);
    }
}
