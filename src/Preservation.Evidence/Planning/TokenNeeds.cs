using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>What of a token ends first, by kind of renewal.</summary>
internal sealed class TokenNeeds
{
    private TokenNeeds(TokenStanding token, RenewalNeed timeStamp, RenewalNeed? hashTree, DateTimeOffset ends) =>
        (Token, TimeStamp, HashTree, Ends) = (token, timeStamp, hashTree, ends);

    public TokenStanding Token { get; }

    /// <summary>Why its time-stamp is renewed: every certificate ends.</summary>
    public RenewalNeed TimeStamp { get; private init; }

    /// <summary>Why its tree is renewed; null when the tree's function has no end.</summary>
    public RenewalNeed? HashTree { get; }

    /// <summary>The first moment at which it proves nothing any more.</summary>
    public DateTimeOffset Ends { get; }

    public static TokenNeeds Of(TokenStanding token, AlgorithmEnds ends, RenewalMargins margins)
    {
        var causes = Causes(token, ends, margins).ToList();
        var first = causes.OrderBy(n => n.By).ThenBy(n => n.Ends).ThenBy(n => n.Reason.Rule.Code, StringComparer.Ordinal).ThenBy(n => n.Reason.Path, StringComparer.Ordinal).First();
        RenewalNeed? tree = null;
        if (ends.Of(token.TreeAlgorithm) is { } end)
            tree = Need(token, end.At, margins.Algorithm, new Finding(end.IsBroken ? RenewalRules.TreeBroken : RenewalRules.TreeAlgorithm, token.TreeAlgorithm.MetsName, Day(end.At), end.Source));
        var earliest = causes.Where(c => c.Reason.Rule != RenewalRules.Revocation || token.Revocation!.IsCompromise).Select(c => c.Ends).Append(tree?.Ends ?? DateTimeOffset.MaxValue).Min();
        return new TokenNeeds(token, first, tree, earliest);
    }

    /// <summary>The same, with a reason to renew the time-stamp at once.</summary>
    public TokenNeeds AtOnce(Finding reason) =>
        new(Token, new RenewalNeed(Token.Id, Token.Batch, reason, Ends, DateTimeOffset.MinValue), HashTree, Ends);

    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<RenewalNeed> Causes(TokenStanding token, AlgorithmEnds ends, RenewalMargins margins)
    {
        foreach (var algorithm in token.Algorithms)
            if (ends.Of(algorithm) is { } end)
                yield return Need(token, end.At, margins.Algorithm, new Finding(end.IsBroken ? RenewalRules.TokenBroken : RenewalRules.TokenAlgorithm, algorithm.ToString(), Day(end.At), end.Source));
        foreach (var end in token.CertificateEnds)
            yield return Need(token, end, margins.Certificate, new Finding(RenewalRules.Certificate, token.Id, Day(end)));
        if (token.Revocation is { } revocation)
            yield return new RenewalNeed(token.Id, token.Batch,
                new Finding(RenewalRules.Revocation, token.Id, Day(revocation.From), revocation.IsCompromise ? "key compromise, or no reason given" : "no compromise"), revocation.From, DateTimeOffset.MinValue);
    }

    private static RenewalNeed Need(TokenStanding token, DateTimeOffset end, TimeSpan margin, Finding reason) =>
        new(token.Id, token.Batch, reason, end, end - DateTimeOffset.MinValue > margin ? end - margin : DateTimeOffset.MinValue);
}
