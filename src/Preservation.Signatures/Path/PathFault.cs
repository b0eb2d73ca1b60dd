using Preservation.Core.Findings;

namespace Preservation.Signatures.Path;

/// <summary>Kinds of things that fail a path, the most telling last.</summary>
internal enum PathFaultKind
{
    NoRevocationData,
    Revoked,
    Validity,
    Constraint,

    /// <summary>The anchor is no longer vouched for.</summary>
    AnchorEnded,

    /// <summary>The anchor was not vouched for yet, is for another use, or stands in a list that is out of date.</summary>
    AnchorNotBelieved,
    Signature,

    /// <summary>An algorithm that cannot be checked here; nothing is said about the path.</summary>
    Unsupported,
    NoPath,
}

/// <summary>What fails a path.</summary>
/// <param name="Kind">What sort of fault.</param>
/// <param name="Clause">Where the rule stands.</param>
/// <param name="Text">Whose certificate and what is wrong.</param>
/// <param name="At">The time it was judged at, where that matters.</param>
internal sealed record PathFault(PathFaultKind Kind, string Clause, string Text, string? At = null)
{
    public Finding ToFinding(string file) => Kind switch
    {
        PathFaultKind.NoRevocationData => new Finding(SignatureRules.NoRevocationData, file, null, Text),
        PathFaultKind.Revoked => new Finding(SignatureRules.Revoked, file, At, Text),
        PathFaultKind.Validity => new Finding(SignatureRules.NotValidThen, file, At, Text),
        PathFaultKind.AnchorEnded or PathFaultKind.AnchorNotBelieved => new Finding(SignatureRules.AnchorNotBelieved, file, At, Text),
        PathFaultKind.Unsupported => new Finding(SignatureRules.UnsupportedAlgorithm, file, null, Text),
        PathFaultKind.NoPath => new Finding(SignatureRules.NoPath, file, null, Text),
        _ => new Finding(SignatureRules.PathConstraint, file, null, $"{Text} ({Clause})"),
    };
}
