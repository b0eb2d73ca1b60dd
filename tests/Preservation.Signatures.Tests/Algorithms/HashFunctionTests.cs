using System.Security.Cryptography;
using System.Text;
using Preservation.Signatures.Algorithms;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Algorithms;

/// <summary>Digests that the platform lacks, against the standards' examples and openssl.</summary>
internal sealed class HashFunctionTests
{
    private const string TwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    private const string FourBlocks = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

    [TestCase("SHA-224", "", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f")]
    [TestCase("SHA-224", "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [TestCase("SHA-224", TwoBlocks, "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525")]
    [TestCase("SHA-512/224", "abc", "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa")]
    [TestCase("SHA-512/224", FourBlocks, "23fec5bb94d60b23308192640b0c453335d664734fe40e7268674af9")]
    [TestCase("SHA-512/256", "abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")]
    [TestCase("SHA-512/256", FourBlocks, "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a")]
    [TestCase("SHA3-224", "", "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7")]
    [TestCase("SHA3-224", "abc", "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf")]
    [TestCase("SHA3-224", TwoBlocks, "8a24108b154ada21c9fd5574494479ba5c7e7ab76ef264ead0fcce33")]
    [TestCase("MD5", "abc", "900150983cd24fb0d6963f7d28e17f72")]
    public void The_standards_examples_hold(string name, string text, string digest) =>
        Assert.That(Convert.ToHexStringLower(Find(name).Compute(Encoding.ASCII.GetBytes(text))), Is.EqualTo(digest));

    private static HashFunction Find(string name) => HashFunction.All.Single(h => h.Name == name);

    [Test]
    public void Pieces_of_any_length_give_the_digest_of_the_whole()
    {
        var random = new Random(Tier.Seed);
        foreach (var hash in HashFunction.All)
            for (var length = 0; length < 600; length += 1 + random.Next(20))
            {
                var data = new byte[length];
                random.NextBytes(data);
                using var state = hash.Start();
                for (var round = 0; round < 2; round++)
                {
                    for (var at = 0; at < length;)
                    {
                        var piece = random.Next(length - at + 1);
                        state.AppendData(data, at, piece);
                        at += Math.Max(piece, 0);
                        if (piece == 0 && at < length) state.AppendData(data.AsSpan(at++, 1));
                    }
                    Assert.That(state.GetHashAndReset(), Is.EqualTo(hash.Compute(data)), $"{hash} {length}");
                }
                Assert.That(hash.Compute(data), Has.Length.EqualTo(hash.Bytes));
            }
    }

    [Test]
    public void Our_sha3_is_the_platforms_where_it_has_one()
    {
        var data = new byte[1_000];
        new Random(1).NextBytes(data);
        for (var length = 0; length < 1_000; length++)
            foreach (var hash in new[] { HashFunction.Sha3T256, HashFunction.Sha3T384, HashFunction.Sha3T512 })
            {
                if (hash.Platform is null) continue;
                using var own = hash.Own!();
                own.AppendData(data.AsSpan(0, length));
                Assert.That(own.GetHashAndReset(), Is.EqualTo(hash.Compute(data.AsSpan(0, length))), $"{hash} {length}");
            }
    }

    [TestCase("SHA-224", "-sha224")]
    [TestCase("SHA-512/224", "-sha512-224")]
    [TestCase("SHA-512/256", "-sha512-256")]
    [TestCase("SHA3-224", "-sha3-224")]
    public async Task Openssl_computes_the_same(string name, string option)
    {
        var folder = Directory.CreateTempSubdirectory("hash-").FullName;
        try
        {
            var lengths = new[] { 0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 143, 144, 145, 100_003 };
            var data = RandomNumberGenerator.GetBytes(lengths[^1]);
            foreach (var length in lengths) await File.WriteAllBytesAsync(System.IO.Path.Join(folder, $"{length}"), data[..length]);
            var (exit, output) = await OutsideProgram.RunAsync("openssl", folder, ["dgst", option, "-r", .. lengths.Select(l => $"{l}")]);
            Assert.That(exit, Is.Zero, output);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < lengths.Length; i++)
                Assert.That(lines[i], Does.StartWith(Convert.ToHexStringLower(Find(name).Compute(data.AsSpan(0, lengths[i])))), $"{lengths[i]} bytes");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
