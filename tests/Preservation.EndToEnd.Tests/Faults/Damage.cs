namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>What was done to a key beneath its store.</summary>
/// <param name="Store">The store.</param>
/// <param name="Key">The key.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Outcome">What a check must call it.</param>
internal sealed record Damage(string Store, string Key, string Kind, string Outcome);
