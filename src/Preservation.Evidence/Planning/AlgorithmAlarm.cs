namespace Preservation.Evidence.Planning;

/// <summary>The emergency switch: somebody with the right to do so says that an algorithm is broken, whatever the catalogue says.</summary>
/// <param name="Name">As the catalogue names it; <c>RSA</c> and <c>RSASSA-PSS</c> are two.</param>
/// <param name="BelowBits">Keys shorter than this; null for every key, and for a digest.</param>
/// <param name="BrokenFrom">The first moment at which nothing proves by it any more; may lie ahead.</param>
public sealed record AlgorithmAlarm(string Name, int? BelowBits, DateTimeOffset BrokenFrom)
{
    /// <summary>When it was given: tokens made before are renewed at once, later ones were made in its knowledge. Null: after all tokens.</summary>
    public DateTimeOffset? KnownSince { get; init; }

    /// <summary>Does the alarm speak of this algorithm.</summary>
    public bool Concerns(UsedAlgorithm algorithm) => algorithm.Name == Name && (BelowBits is null || algorithm.Bits < BelowBits);
}
