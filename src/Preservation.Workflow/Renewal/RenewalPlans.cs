using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;
using Preservation.Workflow.Options;
using Alarm = Preservation.Evidence.Planning.AlgorithmAlarm;

namespace Preservation.Workflow.Renewal;

/// <summary>Makes the plan of renewals from the catalogue: the tokens that no later tree covers, the alarms that two people gave, the operator's margins.</summary>
public sealed class RenewalPlans(IOptions<PreservationOptions> options)
{
    private static readonly TimeSpan Unknown = TimeSpan.FromDays(365);
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>The plan as of now. The session must see everything.</summary>
    public async Task<RenewalPlan> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return RenewalPlanning.Plan(await SituationAsync(session, cancellationToken), session.Now);
    }

    /// <summary>What the plan is made from.</summary>
    public async Task<RenewalSituation> SituationAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var alarms = await session.Rows.AlgorithmAlarms.AsNoTracking().Where(a => a.ConfirmedAt != null).OrderBy(a => a.Id).ToListAsync(cancellationToken);
        var preferred = DigestAlgorithm.Find(_options.RenewalAlgorithm) ?? DigestAlgorithm.Sha512;
        return new RenewalSituation
        {
            Tokens = await StandingsAsync(session, cancellationToken),
            Alarms = [.. alarms.Select(a => new Alarm(a.Algorithm, a.BelowBits, a.BrokenAt))],
            TreeAlgorithms = [preferred, .. new[] { DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256 }.Where(a => a != preferred)],
            Margins = RenewalMargins.Default with { Algorithm = _options.RenewBeforeAlgorithmEnd, Certificate = _options.RenewBeforeCertificateEnd },
            Capacity = new RenewalCapacity { LeavesPerTree = _options.MaxLeaves, TokensPerTree = _options.TokensPerBatch },
        };
    }

    /// <summary>The last token of every chain: proven, under no later tree, and of a tree that was not renewed as a whole.</summary>
    private static async Task<ImmutableArray<TokenStanding>> StandingsAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT t.id, t.batch_id, b.algorithm, t.algorithms, t.certificates_end_at, t.token_time, b.leaves
            FROM evidence_token t JOIN evidence_batch b ON b.id = t.batch_id
            WHERE t.state = 'Proven' AND t.token IS NOT NULL AND NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = 'TimeStamp' AND l.subject = t.id::text)
                AND NOT EXISTS (SELECT FROM hash_tree_renewal r WHERE r.from_algorithm = b.algorithm AND r.ended_at >= b.created_at)
            ORDER BY t.batch_id, t.slot
            """);
        var standings = ImmutableArray.CreateBuilder<TokenStanding>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var time = reader.GetFieldValue<DateTimeOffset>(5);
            standings.Add(new TokenStanding
            {
                Id = reader.GetGuid(0).ToString(), Batch = reader.GetGuid(1).ToString(), TreeAlgorithm = DigestAlgorithm.Find(reader.GetString(2))!,
                Algorithms = await reader.IsDBNullAsync(3, cancellationToken) ? [] : [.. reader.GetFieldValue<string[]>(3).Select(Read)],
                CertificateEnds = [await reader.IsDBNullAsync(4, cancellationToken) ? time + Unknown : reader.GetFieldValue<DateTimeOffset>(4)],
                Time = time, Leaves = reader.GetInt32(6),
            });
        }
        return standings.ToImmutable();
    }

    private static UsedAlgorithm Read(string text) =>
        text.LastIndexOf(' ') is > 0 and var at && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) ? new UsedAlgorithm(text[..at], bits) : new UsedAlgorithm(text, 0);
}
