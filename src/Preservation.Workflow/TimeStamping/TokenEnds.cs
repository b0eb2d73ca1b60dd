using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;
using Alarm = Preservation.Evidence.Planning.AlgorithmAlarm;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Until when tokens prove anything, by what the catalogue knows at one moment: alarms that two people gave, revocations that are in force.</summary>
internal sealed class TokenEnds
{
    private readonly TokenLives _lives;
    private readonly Dictionary<string, TokenRevocation> _revocations;
    private readonly Dictionary<(Guid Token, string Algorithm), DateTimeOffset> _known = [];

    private TokenEnds(IReadOnlyList<Alarm> alarms, Dictionary<string, TokenRevocation> revocations)
    {
        _revocations = revocations;
        _lives = new TokenLives(new RenewalSituation { Tokens = [], Alarms = [.. alarms] });
        Alarms = alarms;
    }

    /// <summary>Algorithms that were declared broken.</summary>
    public IReadOnlyList<Alarm> Alarms { get; }

    /// <summary>Reads what is known. The session must see everything.</summary>
    public static async Task<TokenEnds> LoadAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        var alarms = await session.Rows.AlgorithmAlarms.AsNoTracking().Where(a => a.ConfirmedAt != null).OrderBy(a => a.Id).ToListAsync(cancellationToken);
        var revoked = await session.Rows.AuthorityRevocations.AsNoTracking().Where(r => r.ConfirmedAt != null).ToListAsync(cancellationToken);
        return new TokenEnds([.. alarms.Select(a => new Alarm(a.Algorithm, a.BelowBits, a.BrokenAt) { KnownSince = a.ConfirmedAt })],
            revoked.GroupBy(r => Convert.ToHexString(r.Certificate)).ToDictionary(g => g.Key, g => Worst(g.Select(r => new TokenRevocation(r.RevokedAt, r.Compromise)))!));
    }

    /// <summary>How a token stands.</summary>
    /// <param name="token">The token's row; its bytes are not needed.</param>
    /// <param name="algorithm">The function of its tree.</param>
    /// <param name="unknown">How long it is taken to stand when its certificates' end is not known.</param>
    public TokenStanding StandingOf(EvidenceToken token, string algorithm, TimeSpan unknown)
    {
        var time = token.TokenTime!.Value;
        return new TokenStanding
        {
            Id = token.Id.ToString(), Batch = token.BatchId.ToString(), TreeAlgorithm = DigestAlgorithm.Find(algorithm)!, Algorithms = [.. (token.Algorithms ?? []).Select(Read)],
            CertificateEnds = [token.CertificatesEndAt ?? time + unknown], Time = time,
            Revocation = Worst((token.Certificates ?? []).Select(c => _revocations.GetValueOrDefault(Convert.ToHexString(c))).OfType<TokenRevocation>()),
        };
    }

    /// <summary>The first moment at which a token proves nothing any more.</summary>
    public DateTimeOffset EndOf(TokenStanding token) => _lives.EndOf(token);

    /// <summary>The same, whatever the function of its tree.</summary>
    public DateTimeOffset EndOfToken(TokenStanding token) => _lives.EndOfToken(token);

    /// <summary>The first moment at which a token of a tree proves nothing any more; each is reckoned once, since thousands of records go through it.</summary>
    public DateTimeOffset EndOf(EvidenceToken token, string algorithm)
    {
        if (!_known.TryGetValue((token.Id, algorithm), out var end)) _known[(token.Id, algorithm)] = end = EndOf(StandingOf(token, algorithm, TimeSpan.FromDays(365)));
        return end;
    }

    // A compromise counts before anything milder, the earliest first.
    private static TokenRevocation? Worst(IEnumerable<TokenRevocation> all) => all.OrderByDescending(r => r.IsCompromise).ThenBy(r => r.From).FirstOrDefault();

    private static UsedAlgorithm Read(string text) =>
        text.LastIndexOf(' ') is > 0 and var at && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) ? new UsedAlgorithm(text[..at], bits) : new UsedAlgorithm(text, 0);
}
