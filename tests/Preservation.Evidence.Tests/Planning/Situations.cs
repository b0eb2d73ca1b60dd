using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;

namespace Preservation.Evidence.Tests.Planning;

/// <summary>Situations for plans: named ones, and any.</summary>
internal static class Situations
{
    public static readonly DateTimeOffset Now = new(2026, 5, 20, 8, 0, 0, TimeSpan.Zero);
    private static readonly DigestAlgorithm[] Trees = [DigestAlgorithm.Sha256, DigestAlgorithm.Sha384, DigestAlgorithm.Sha512];
    private static readonly UsedAlgorithm[] Signing = [new("RSA", 2048), new("RSASSA-PSS", 4096), new("ECDSA", 256), new("ECDSA", 384)];

    public static TokenStanding Token(string id, int certificateYears = 5, DigestAlgorithm? tree = null, string? batch = null, UsedAlgorithm? signing = null, TokenRevocation? revocation = null) => new()
    {
        Id = id,
        Batch = batch ?? "batch of " + id,
        TreeAlgorithm = tree ?? DigestAlgorithm.Sha512,
        Algorithms = [new UsedAlgorithm("SHA-256", 0), signing ?? new UsedAlgorithm("ECDSA", 256)],
        CertificateEnds = [Now.AddYears(certificateYears), Now.AddYears(certificateYears + 10)],
        Time = Now.AddYears(-1),
        Revocation = revocation,
        Leaves = 1_000,
        Bytes = 1L << 30,
    };

    public static RenewalSituation Of(params TokenStanding[] tokens) => new() { Tokens = [.. tokens] };

    public static RenewalSituation Any(Random random)
    {
        var tokens = Enumerable.Range(0, random.Next(1, 25)).Select(i => new TokenStanding
        {
            Id = $"t{i:D2}",
            Batch = $"b{random.Next(12)}",
            TreeAlgorithm = Trees[random.Next(3)],
            Algorithms = [new UsedAlgorithm(Trees[random.Next(3)].MetsName, 0), Signing[random.Next(Signing.Length)]],
            CertificateEnds = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Now.AddDays(random.Next(-30, 4_000)))],
            Time = Now.AddDays(-random.Next(1, 3_000)),
            Revocation = random.Next(8) == 0 ? new TokenRevocation(Now.AddDays(random.Next(-200, 200)), random.Next(2) == 0) : null,
            Leaves = random.Next(1, 100_000),
            Bytes = random.NextInt64(1, 1L << 42),
        });
        return new RenewalSituation
        {
            Tokens = [.. tokens],
            Alarms = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Alarm(random))],
            Authorities = [.. Enumerable.Range(0, random.Next(3)).Select(i => new AuthorityStanding($"a{i}", Now.AddDays(random.Next(10, 3_000)), [Signing[random.Next(Signing.Length)]]))],
        };
    }

    public static AlgorithmAlarm Alarm(Random random) => random.Next(2) == 0
        ? new AlgorithmAlarm(Trees[random.Next(3)].MetsName, null, Now.AddDays(random.Next(-100, 2_000)))
        : new AlgorithmAlarm(Signing[random.Next(Signing.Length)].Name, random.Next(2) == 0 ? null : 3_000, Now.AddDays(random.Next(-100, 2_000)));

    public static RenewalSituation Shuffled(RenewalSituation situation, Random random) => situation with
    {
        Tokens = Shuffle(situation.Tokens, random),
        Alarms = Shuffle(situation.Alarms, random),
        Authorities = Shuffle(situation.Authorities, random),
    };

    private static ImmutableArray<T> Shuffle<T>(ImmutableArray<T> items, Random random)
    {
        var array = items.ToArray();
        random.Shuffle(array);
        return [.. array];
    }
}
