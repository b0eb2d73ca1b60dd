namespace Preservation.Workflow.Canaries;

/// <summary>How the canaries of a store fare.</summary>
/// <param name="Store">The store.</param>
/// <param name="Standing">Good, waiting or failed.</param>
/// <param name="Reason">Why it failed: <c>noRound</c>, <c>notDamaged</c>, <c>notDetected</c>, <c>notRepaired</c>; null when it did not.</param>
/// <param name="Round">The number of the open round; null when none is open.</param>
/// <param name="Damaged">Damages done in the open round and the one before.</param>
/// <param name="Detected">Of these, found as what they are.</param>
/// <param name="Repaired">Of these, repaired and read back.</param>
/// <param name="LongestToDetect">Seconds, of those detected.</param>
/// <param name="LongestToRepair">Seconds from the detection to the repair, of those repaired.</param>
/// <param name="Commitment">SHA-256 of the open round's seed, in hexadecimal.</param>
/// <param name="LastSeed">The seed of the round before, revealed, in hexadecimal.</param>
public sealed record CanaryScore(
    string Store, CanaryStanding Standing, string? Reason, long? Round, int Damaged, int Detected, int Repaired, double? LongestToDetect, double? LongestToRepair, string? Commitment, string? LastSeed);
