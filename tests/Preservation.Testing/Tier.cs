namespace Preservation.Testing;

/// <summary>How far the tests go that can go on for ever: <c>deploy/test --long [SEED]</c> says so by the environment.</summary>
public static class Tier
{
    /// <summary>True for the long tiers.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("PRESERVATION_LONG") == "1";

    /// <summary>What random choices begin with; printed by the tests that use it.</summary>
    public static int Seed => int.TryParse(Environment.GetEnvironmentVariable("PRESERVATION_SEED"), out var seed) ? seed : 20261122;
}
