namespace Preservation.Evidence.Planning;

/// <summary>Until when tokens prove anything, by the catalogues, alarms and revocations that are known.</summary>
/// <param name="situation">What is known; its tokens do not count.</param>
public sealed class TokenLives(RenewalSituation situation)
{
    private readonly AlgorithmEnds _ends = new(situation);

    /// <summary>The first moment at which a token proves nothing any more: what it rests on has ended, or its authority's key was lost.</summary>
    public DateTimeOffset EndOf(TokenStanding token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return TokenNeeds.Of(token, _ends, situation.Margins).Ends;
    }

    /// <summary>The same, whatever the function of its tree.</summary>
    public DateTimeOffset EndOfToken(TokenStanding token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return TokenNeeds.Of(token, _ends, situation.Margins).TokenEnds;
    }
}
