using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>What of a token ends first, by kind of renewal.</summary>
internal sealed class TokenNeeds
{
    private TokenNeeds(TokenStanding token, RenewalNeed timeStamp, RenewalNeed? hashTree, DateTimeOffset tokenEnds) =>
        (Token, TimeStamp, HashTree, TokenEnds) = (token, timeStamp, hashTree, tokenEnds);

    public TokenStanding Token { get; }

    /// <summary>Why its time-stamp is renewed: every certificate ends.</summary>
    public RenewalNeed TimeStamp { get; private init; }

    /// <summary>Why its tree is renewed; null when the tree's function has no end.</summary>
    public RenewalNeed? HashTree { get; }

    /// <summary>The first moment at which it proves nothing any more.</summary>
    public DateTimeOffset Ends => HashTree is { Ends: var tree } && tree < TokenEnds ? tree : TokenEnds;

    /// <summary>The same of the token alone, whatever the function of its tree.</summary>
    public DateTimeOffset TokenEnds { get; }

    public static TokenNeeds Of(TokenStanding token, AlgorithmEnds ends, RenewalMargins margins)
    {
        var causes = Causes(token, ends, margins).ToList();
        var first = causes.OrderBy(n => n.By).ThenBy(n => n.Ends).ThenBy(n => n.Reason.Rule.Code, StringComparer.Ordinal).ThenBy(n => n.Reason.Path, StringComparer.Ordinal).First();
        RenewalNeed? tree = null;
        if (ends.Of(token.TreeAlgorithm) is { } end)
            tree = Need(token, end.At, margins.Algorithm, new Finding(end.IsBroken ? RenewalRules.TreeBroken : RenewalRules.TreeAlgorithm, token.TreeAlgorithm.MetsName, Day(end.At), end.Source));
        var earliest = causes.Where(c => c.Reason.Rule != RenewalRules.Revocation || token.Revocation!.IsCompromise).Select(c => c.Ends).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        return new TokenNeeds(token, first, tree, earliest);
    }

    /// <summary>The same, with a reason to renew the time-stamp at once.</summary>
    public TokenNeeds AtOnce(Finding reason) =>
        new(Token, new RenewalNeed(Token.Id, Token.Batch, reason, Ends, DateTimeOffset.MinValue), HashTree, TokenEnds);

    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<RenewalNeed> Causes(TokenStanding token, AlgorithmEnds ends, RenewalMargins margins)
    {
        foreach (var algorithm in token.Algorithms)
            if (ends.Of(algorithm) is { } end)
                yield return Unhurried(token, end.KnownSince, end.At, margins.Algorithm, new Finding(end.IsBroken ? RenewalRules.TokenBroken : RenewalRules.TokenAlgorithm, algorithm.ToString(), Day(end.At), end.Source));
        foreach (var end in token.CertificateEnds)
            yield return Unhurried(token, DateTimeOffset.MinValue, end, margins.Certificate, new Finding(RenewalRules.Certificate, token.Id, Day(end)));
        if (token.Revocation is { } revocation)
            yield return new RenewalNeed(token.Id, token.Batch,
                new Finding(RenewalRules.Revocation, token.Id, Day(revocation.From), revocation.IsCompromise ? "key compromise, or no reason given" : "no compromise"), revocation.From, DateTimeOffset.MinValue);
    }

    // A new token rests on what its authority has: where that is short of life, a margin as long as the life would ask for the next one at once.
    private static RenewalNeed Unhurried(TokenStanding token, DateTimeOffset knownSince, DateTimeOffset end, TimeSpan margin, Finding reason)
    {
        if (knownSince > token.Time || end <= token.Time) return Need(token, end, margin, reason);
        var half = (end - token.Time) / 2;
        var need = Need(token, end, half < margin ? half : margin, reason);
        return need with { MadeAt = token.Time, NotBefore = token.Time + (need.By - token.Time) / 2 };
    }

    private static RenewalNeed Need(TokenStanding token, DateTimeOffset end, TimeSpan margin, Finding reason) =>
        new(token.Id, token.Batch, reason, end, end - DateTimeOffset.MinValue > margin ? end - margin : DateTimeOffset.MinValue);
}
