using System.Text.RegularExpressions;
using Preservation.Core;
using Preservation.Packages.Tests.BagIt;
using Preservation.Packages.Tests.Eark;
using Preservation.Packages.Tests.Tt05;
using Preservation.Testing;
using Preservation.Testing.Mutations;

namespace Preservation.Packages.Tests;

/// <summary>
/// A valid package is changed at random in one place: wherever a digest, a listing or a reference covers the place, the change is found.
/// What nothing covers (the METS document of the package itself, the tag manifests of a bag) never turns a faulty package into a good one.
/// With <c>--long</c> there are twenty times as many.
/// </summary>
public sealed partial class MutationTests
{
    private static readonly Dictionary<string, (int Count, Func<Task<MemoryTree>> Make, string Outside, bool HasMets)> Kinds = new()
    {
        ["bag"] = (2_500, () => Task.FromResult(BagSamples.Bag()), "tagmanifest-sha512.txt", false),
        ["eark SIP as packed"] = (1_500, EarkSamples.PackedAsync, "METS.xml", true),
        ["eark SIP"] = (1_000, () => EarkSamples.GetAsync(EarkSample.Sip), "METS.xml", true),
        ["eark AIP"] = (1_000, () => EarkSamples.GetAsync(EarkSample.Aip), "METS.xml", true),
        ["tt05 SIP"] = (1_250, Tt05Samples.SipAsync, "METS.xml", true),
        ["tt05 AIP"] = (750, Tt05Mutants.AipAsync, "METS.xml", true),
    };

    private static IEnumerable<string> Names => Kinds.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task A_change_of_a_valid_package_is_always_found(string kind)
    {
        var (count, make, outside, hasMets) = Kinds[kind];
        var good = await make();
        var before = await CheckAsync(good);
        Assert.That(before.Valid);
        var told = Told(before);
        var random = new Random(Tier.Seed);
        var missed = new List<string>();
        for (var i = 0; i < count * (Tier.IsLong ? 20 : 1); i++)
        {
            var tree = good.Copy();
            var (change, isDigest) = Change(new FileMutations(random, tree.Files), tree, outside, hasMets, random.Next(hasMets ? 5 : 4));
            var after = await CheckAsync(tree);
            if (isDigest ? after.Valid : Told(after).IsSubsetOf(told)) missed.Add(change);
        }
        Assert.That(missed, Is.Empty, $"seed {Tier.Seed}: {missed.Count} missed, {string.Join("; ", missed.Take(20))}");
        await TestContext.Out.WriteLineAsync($"{kind}: seed {Tier.Seed}, {count * (Tier.IsLong ? 20 : 1)} changes, 0 missed");
    }

    [TestCaseSource(nameof(Names))]
    public async Task A_bit_that_nothing_covers_makes_no_verdict_better(string kind)
    {
        var (count, make, outside, _) = Kinds[kind];
        var good = await make();
        var random = new Random(Tier.Seed);
        var better = new List<string>();
        var faulty = good.Copy();
        // A payload file: a bit of the package's own METS can take away its promise of a file of metadata.
        new FileMutations(random, faulty.Files).FlipBit([.. faulty.Files.Keys.Where(p => ("/" + p).Contains("/data/", StringComparison.Ordinal))]);
        Assert.That((await CheckAsync(faulty)).Valid, Is.False);
        for (var i = 0; i < count / 5 * (Tier.IsLong ? 20 : 1); i++)
        {
            var tree = faulty.Copy();
            var change = new FileMutations(random, tree.Files).FlipBit([outside]);
            if ((await CheckAsync(tree)).Valid) better.Add(change);
        }
        Assert.That(better, Is.Empty, $"seed {Tier.Seed}");
    }

    // Everything but what nothing covers; a change of the latter's digests, lengths and references is found too.
    private static (string Change, bool IsDigest) Change(FileMutations mutate, MemoryTree tree, string outside, bool hasMets, int choice)
    {
        var covered = tree.Files.Keys.Where(p => p != outside).ToList();
        return choice switch
        {
            0 => (mutate.FlipBit(covered), true),
            1 => (mutate.Add(covered), false),
            2 => (mutate.Remove(hasMets ? [.. covered, outside] : covered), false),
            3 => (mutate.Rename(hasMets ? [.. covered, outside] : covered), false),
            _ => (mutate.ChangeValue(outside, Promise()), false),
        };
    }

    private static Task<PackageReport> CheckAsync(MemoryTree tree) => PackageCheck.CheckAsync(tree, null, Limits.Default, default);

    private static HashSet<(string, string, string?)> Told(PackageReport report) => [.. report.Findings.Select(f => (f.Rule.Code, f.Path, f.Found))];

    [GeneratedRegex(" (CHECKSUM|SIZE|xlink:href)=\"(?<value>[^\"]+)\"")]
    private static partial Regex Promise();
}
