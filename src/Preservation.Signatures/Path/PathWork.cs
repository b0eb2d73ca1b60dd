using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>
/// What one verdict may cost, the paths of list signers and responders included, and the signatures checked on the way. A certificate whose
/// own status is being asked for cannot vouch for itself through another's list.
/// </summary>
internal sealed class PathWork(SignatureLimits limits)
{
    public const int MaxDepth = 4;
    private const int StepsPerCheck = 50;
    private readonly Dictionary<(string Child, string Issuer), KeyAnswer> _answers = [];
    private int _checks = limits.MaxPathChecks;
    private int _steps = limits.MaxPathChecks * StepsPerCheck;

    /// <summary>How deep in paths of list signers this is.</summary>
    public int Depth { get; set; }

    /// <summary>Fingerprints of the certificates whose status is being asked for.</summary>
    public HashSet<string> InProgress { get; } = new(StringComparer.Ordinal);

    /// <summary>Was anything given up for cost.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>What could not be checked because its algorithm is not supported.</summary>
    public List<string> Unsupported { get; } = [];

    /// <summary>May another candidate be looked at.</summary>
    public bool Step() => Spend(ref _steps);

    /// <summary>May another signature be checked.</summary>
    public bool Check() => Spend(ref _checks);

    /// <summary>Is one certificate signed with the other's key; null when that may not be found out any more.</summary>
    public KeyAnswer? Verify(Certificate child, Certificate issuer)
    {
        var key = (child.Fingerprint, issuer.Key.Fingerprint);
        if (_answers.TryGetValue(key, out var answer)) return answer;
        if (!Check()) return null;
        return _answers[key] = child.VerifiedBy(issuer);
    }

    private bool Spend(ref int left)
    {
        if (left <= 0) IsExhausted = true;
        return left-- > 0;
    }
}
