using Preservation.Core.Findings;
using Preservation.Testing;
using Preservation.Testing.Mutations;
using static Preservation.Ocfl.Tests.Validation.OcflSamples;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>A sound object is changed at random in one place: the change is found. With <c>--long</c> there are twenty times as many.</summary>
public sealed class OcflMutationTests
{
    private const int Changes = 2_000;

    [Test]
    public async Task A_change_of_a_sound_object_is_always_found()
    {
        var good = OcflSamples.Object();
        // Digests in a sidecar may be written in capital letters: a turned bit there may say the same.
        var covered = good.Files.Keys.Where(p => !p.EndsWith(".sha512", StringComparison.Ordinal)).ToList();
        var all = good.Files.Keys.ToList();
        var random = new Random(Tier.Seed);
        var missed = new List<string>();
        for (var i = 0; i < Changes * (Tier.IsLong ? 20 : 1); i++)
        {
            var tree = good.Copy();
            var mutate = new FileMutations(random, tree.Files);
            var change = random.Next(4) switch
            {
                0 => mutate.FlipBit(covered),
                1 => mutate.Add(all),
                2 => mutate.Remove(all),
                _ => mutate.Rename(all),
            };
            if (!(await CheckObjectAsync(tree)).Any()) missed.Add(change);
        }
        Assert.That(missed, Is.Empty, $"seed {Tier.Seed}");
        await TestContext.Out.WriteLineAsync($"OCFL object: seed {Tier.Seed}, {Changes * (Tier.IsLong ? 20 : 1)} changes, 0 missed");
    }

    [Test]
    public async Task A_bit_of_a_sidecar_makes_no_verdict_better()
    {
        var faulty = OcflSamples.Object().With("v1/content/a.txt", "khác nhau");
        var sidecars = faulty.Files.Keys.Where(p => p.EndsWith(".sha512", StringComparison.Ordinal)).ToList();
        var random = new Random(Tier.Seed);
        for (var i = 0; i < Changes / 5; i++)
        {
            var tree = faulty.Copy();
            var change = new FileMutations(random, tree.Files).FlipBit(sidecars);
            Assert.That((await CheckObjectAsync(tree)).Any(f => f.Rule.Severity == Severity.Error), $"seed {Tier.Seed}: {change}");
        }
    }
}
