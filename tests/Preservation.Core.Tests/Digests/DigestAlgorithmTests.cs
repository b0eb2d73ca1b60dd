using System.Diagnostics;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Testing;

namespace Preservation.Core.Tests.Digests;

public sealed class DigestAlgorithmTests
{
    // RFC 7693 Appendix A (512 bits); the other lengths as coreutils' b2sum gives them.
    [TestCase("blake2b-512", "abc", "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")]
    [TestCase("blake2b-512", "", "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce")]
    [TestCase("blake2b-384", "abc", "6f56a82c8e7ef526dfe182eb5212f7db9df1317e57815dbda46083fc30f54ee6c66ba83be64b302d7cba6ce15bb556f4")]
    [TestCase("blake2b-256", "abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")]
    [TestCase("blake2b-160", "abc", "384264f676f39536840523f284921cdc68b6846b")]
    [TestCase("sha512/256", "abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")]
    [TestCase("sha224", "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    public void The_published_examples_hold(string name, string text, string digest) =>
        Assert.That(DigestAlgorithm.FindKnown(name)!.Compute(Encoding.ASCII.GetBytes(text)).Hex, Is.EqualTo(digest));

    [TestCase(160)]
    [TestCase(256)]
    [TestCase(384)]
    [TestCase(512)]
    public async Task Blake2b_is_that_of_coreutils_whatever_the_length_and_the_pieces(int bits)
    {
        var random = new Random(Tier.Seed);
        var algorithm = DigestAlgorithm.FindKnown($"blake2b-{bits}")!;
        foreach (var length in (int[])[1, 127, 128, 129, 255, 256, 257, 1 + random.Next(5_000)])
        {
            var data = new byte[length];
            random.NextBytes(data);
            using var hash = algorithm.Start();
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(length - at, 1 + random.Next(200));
                hash.AppendData(data, at, piece);
                at += piece;
            }
            var expected = await B2SumAsync(bits, data);
            Assert.That((Convert.ToHexStringLower(hash.GetHashAndReset()), algorithm.Compute(data).Hex), Is.EqualTo((expected, expected)), $"{length} bytes");
        }
    }

    [Test]
    public void A_state_can_be_used_again()
    {
        foreach (var algorithm in DigestAlgorithm.Known)
        {
            using var hash = algorithm.Start();
            hash.AppendData("something else"u8);
            hash.GetHashAndReset();
            hash.AppendData("abc"u8);
            var value = new byte[algorithm.LengthBytes];
            Assert.That((hash.GetHashAndReset(value.AsSpan()), Convert.ToHexStringLower(value)), Is.EqualTo((algorithm.LengthBytes, algorithm.Compute("abc"u8).Hex)), algorithm.Name);
        }
    }

    [Test]
    public void Only_what_every_kind_of_package_names_is_found_for_METS() => Assert.Multiple(() =>
    {
        Assert.That(DigestAlgorithm.FindInPackage("BLAKE2b-512"), Is.Null);
        Assert.That(DigestAlgorithm.FindKnown("blake2b512"), Is.SameAs(DigestAlgorithm.Blake2b512));
        Assert.That(DigestAlgorithm.FindKnown("SHA-512/256"), Is.SameAs(DigestAlgorithm.Sha512T256));
        Assert.That(DigestAlgorithm.FindKnown("sha512"), Is.SameAs(DigestAlgorithm.Sha512));
    });

    private static async Task<string> B2SumAsync(int bits, byte[] data)
    {
        using var process = Process.Start(new ProcessStartInfo("b2sum", ["-l", $"{bits}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.BaseStream.WriteAsync(data);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output[..(bits / 4)];
    }
}
