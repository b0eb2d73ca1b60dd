using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>
/// Finds paths from a certificate to the anchors, the likeliest first, one at a time (RFC 4158): cross certificates, bridges and new keys
/// of one name are all tried, no certificate and no pair of name and key stands in a path twice, and the work is bounded.
/// </summary>
internal sealed class PathBuilder(PathIndex index, SignatureLimits limits, PathWork work)
{
    /// <summary>Issuers that have the right name and did not sign.</summary>
    public List<PathFault> Rejected { get; } = [];

    /// <param name="target">Where paths begin.</param>
    /// <param name="at">The time the likeliest issuers are sought for.</param>
    /// <param name="isBelieved">Does an anchor hold; one that does not ends a path, and paths go on beyond it too.</param>
    public IEnumerable<ImmutableArray<Certificate>> Build(Certificate target, DateTimeOffset at, Func<Certificate, bool> isBelieved)
    {
        var open = new Stack<ImmutableArray<Certificate>>([[target]]);
        while (open.TryPop(out var path))
        {
            if (index.IsAnchor(path[^1]))
            {
                if (Complete(path) is { } complete) yield return complete;
                if (isBelieved(path[^1])) continue;
            }
            if (path.Length >= limits.MaxPathLength) continue;
            var last = path[^1];
            foreach (var issuer in index.IssuersOf(last, at).TakeWhile(_ => work.Step()).Where(i => !Repeats(path, i)).Where(i => MayBe(last, i)).Reverse())
                open.Push(path.Add(issuer));
        }
    }

    private static bool Repeats(ImmutableArray<Certificate> path, Certificate next) => path.Any(
        c => c.Is(next) || (c.SubjectName.Is(next.SubjectName) && c.Key.Fingerprint == next.Key.Fingerprint && c != path[0]));

    // A key without its parameters is only known when the path is complete.
    private bool MayBe(Certificate child, Certificate issuer)
    {
        if (issuer.Key.LacksParameters) return true;
        var answer = work.Verify(child, issuer);
        if (answer == KeyAnswer.Unsupported) work.Unsupported.Add($"{child.Report.Subject}: {child.SignatureAlgorithm.Oid}");
        else if (answer == KeyAnswer.No)
            Rejected.Add(new PathFault(
                PathFaultKind.Signature, "RFC 5280 §6.1.3 (a)(1)", $"{child.Report.Subject}: the signature is not by the key of {issuer.Report.Subject}"));
        return answer == KeyAnswer.Yes;
    }

    // From the anchor down, keys take on the parameters of the key above them (§6.1.4 (e), (f)).
    private ImmutableArray<Certificate>? Complete(ImmutableArray<Certificate> path)
    {
        if (!path.Any(c => c.Key.LacksParameters)) return path;
        var complete = path.ToArray();
        for (var i = path.Length - 2; i >= 0; i--)
        {
            complete[i] = path[i].InheritFrom(complete[i + 1]);
            if (path[i + 1].Key.LacksParameters && !MayBe(path[i], complete[i + 1])) return null;
        }
        return [.. complete];
    }
}
