using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Preservation.Core.Digests;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Cms;

public sealed class CmsSignatureTests
{
    private static readonly byte[] Content = "Nội dung"u8.ToArray();
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [TestCase("2.16.840.1.101.3.4.2.1", false, false)]
    [TestCase("2.16.840.1.101.3.4.2.2", false, false)]
    [TestCase("2.16.840.1.101.3.4.2.3", false, true)]
    [TestCase("2.16.840.1.101.3.4.2.1", true, false)]
    [TestCase("1.3.14.3.2.26", false, false)]
    public async Task Each_algorithm_verifies_attached_and_detached(string digest, bool ecdsa, bool pss)
    {
        using var signer = _root.IssueSigner(ecdsa: ecdsa);
        foreach (var detached in new[] { true, false })
        {
            var report = await SigningBench.VerifyAsync(
                SigningBench.Sign(Content, signer, detached, digest, pss), detached ? Content : null, new VerificationPolicy());
            Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Intact));
            Assert.That(report.Signatures[0].SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
        }
    }

    [Test]
    public async Task Changed_missing_and_digested_content_are_told_apart()
    {
        using var signer = _root.IssueSigner();
        var signature = SigningBench.Sign(Content, signer, detached: true);
        var changed = await SigningBench.VerifyAsync(signature, [.. Content, 1], new VerificationPolicy());
        var missing = await SigningBench.VerifyAsync(signature, null, new VerificationPolicy());
        var digested = await SigningBench.VerifyAsync(
            signature, null, new VerificationPolicy { Digests = [DigestAlgorithm.Sha256.Compute(Content)] });
        Assert.Multiple(() =>
        {
            Assert.That((changed.Outcome, changed.Signatures[0].Indication, changed.Signatures[0].SubIndication),
                Is.EqualTo((VerificationOutcome.Broken, Indication.TotalFailed, (SubIndication?)SubIndication.HashFailure)));
            Assert.That((missing.Outcome, missing.Signatures[0].Indication, missing.Signatures[0].SubIndication),
                Is.EqualTo((VerificationOutcome.Broken, Indication.Indeterminate, (SubIndication?)SubIndication.SignedDataNotFound)));
            Assert.That(digested.Outcome, Is.EqualTo(VerificationOutcome.Intact));
        });
    }

    [Test]
    public async Task No_flipped_bit_of_the_content_the_signed_attributes_or_the_value_is_intact()
    {
        using var signer = _root.IssueSigner();
        var content = new byte[4_096];
        var random = new Random(Tier.Seed);
        random.NextBytes(content);
        var signature = SigningBench.Sign(content, signer, detached: true);
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        cms.Decode(signature);
        var value = cms.SignerInfos[0].GetSignature();
        var (attributes, at) = (signature.AsSpan().IndexOf(SHA256.HashData(content)), signature.AsSpan().IndexOf(value));
        for (var i = 0; i < (Tier.IsLong ? 20_000 : 400); i++)
        {
            var (data, signed) = (content.ToArray(), signature.ToArray());
            var bit = (byte)(1 << random.Next(8));
            switch (i % 3)
            {
                case 0: data[random.Next(data.Length)] ^= bit; break;
                case 1: signed[attributes + random.Next(32)] ^= bit; break;
                default: signed[at + random.Next(value.Length)] ^= bit; break;
            }
            Assert.That((await SigningBench.VerifyAsync(signed, data, new VerificationPolicy())).Outcome, Is.EqualTo(VerificationOutcome.Broken), $"seed {Tier.Seed}, round {i}");
        }
    }

    [Test]
    public async Task Mutations_of_any_byte_never_throw_and_never_bless_other_content()
    {
        using var signer = _root.IssueSigner();
        var original = SigningBench.Sign(Content, signer, detached: false);
        var random = new Random(4711);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = original.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var report = await SigningBench.VerifyAsync(bytes, null, SigningBench.Trust(_root.Certificate));
            if (report.Outcome == VerificationOutcome.Intact)
                Assert.That(bytes.AsSpan().IndexOf(Content), Is.Positive, "seed 4711, round " + i);
        }
    }

    [Test]
    public async Task Openssl_signatures_of_indefinite_length_verify()
    {
        var folder = Directory.CreateTempSubdirectory("cms").FullName;
        try
        {
            using var signer = _root.IssueSigner();
            var (pem, key) = TestAuthority.ToPem(signer);
            await File.WriteAllTextAsync(System.IO.Path.Join(folder, "c.pem"), pem);
            await File.WriteAllTextAsync(System.IO.Path.Join(folder, "k.pem"), key);
            await File.WriteAllBytesAsync(System.IO.Path.Join(folder, "data"), Content);
            var made = await OutsideProgram.RunAsync("openssl", folder, "cms", "-sign", "-binary", "-stream", "-nodetach", "-cades",
                "-in", "data", "-signer", "c.pem", "-inkey", "k.pem", "-outform", "DER", "-out", "x.p7m");
            Assert.That(made.ExitCode, Is.Zero, made.Output);
            await using var file = File.OpenRead(System.IO.Path.Join(folder, "x.p7m"));
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes);
            Assert.That(bytes[1], Is.EqualTo(0x80), "indefinite length");
            var report = await SigningBench.VerifyAsync(bytes, null, new VerificationPolicy(), name: "x.p7m");
            Assert.That((report.Outcome, report.Signatures[0].Format, report.Signatures[0].Level), Is.EqualTo((VerificationOutcome.Intact, "CAdES", "B")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Detached_content_is_read_as_a_stream()
    {
        const long bytes = 512L << 20;
        using var signer = _root.IssueSigner();
        using var source = new ZeroStream(bytes);
        var digest = await SHA256.HashDataAsync(source);
        // Any content's signature costs the same to check; the digest of this one does not match, and must have been computed.
        var signature = SigningBench.Sign(Content, signer, detached: true);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var report = await SignatureVerification.VerifyAsync(
            SigningBench.File("x.p7s", signature), [new SignedFile("x", bytes, _ => Task.FromResult<Stream>(new ZeroStream(bytes)))],
            new VerificationPolicy(), SigningBench.Now, default);
        Assert.Multiple(() =>
        {
            Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(16L << 20));
            Assert.That(report.Signatures[0].Findings.Single(f => f.Rule == SignatureRules.Digest).Found, Is.EqualTo(Convert.ToHexStringLower(digest)));
        });
    }

    [Test]
    public async Task Garbage_under_a_signature_name_is_malformed_and_plain_text_has_none()
    {
        Assert.That((await SigningBench.VerifyAsync("hello"u8.ToArray(), null, new VerificationPolicy())).Outcome, Is.EqualTo(VerificationOutcome.Malformed));
        Assert.That((await SigningBench.VerifyAsync("hello"u8.ToArray(), null, new VerificationPolicy(), name: "a.txt")).Outcome,
            Is.EqualTo(VerificationOutcome.NoSignature));
        Assert.That((await SigningBench.VerifyAsync([], null, new VerificationPolicy())).Outcome, Is.EqualTo(VerificationOutcome.Malformed));
    }

    private sealed class ZeroStream(long bytes) : Stream
    {
        private long _left = bytes;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, _left);
            Array.Clear(buffer, offset, read);
            _left -= read;
            return read;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
