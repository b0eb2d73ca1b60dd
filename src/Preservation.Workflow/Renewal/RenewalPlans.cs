using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

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
        var ends = await TokenEnds.LoadAsync(session, cancellationToken);
        return Frame(ends) with { Tokens = await StandingsAsync(session, ends, cancellationToken) };
    }

    /// <summary>The same without the tokens: functions, alarms, margins.</summary>
    internal RenewalSituation Frame(TokenEnds ends)
    {
        var preferred = DigestAlgorithm.Find(_options.RenewalAlgorithm) ?? DigestAlgorithm.Sha512;
        return new RenewalSituation
        {
            Tokens = [],
            Alarms = [.. ends.Alarms],
            TreeAlgorithms = [preferred, .. new[] { DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256 }.Where(a => a != preferred)],
            Margins = RenewalMargins.Default with { Algorithm = _options.RenewBeforeAlgorithmEnd, Certificate = _options.RenewBeforeCertificateEnd },
            Capacity = new RenewalCapacity { LeavesPerTree = _options.MaxLeaves, TokensPerTree = _options.TokensPerBatch },
        };
    }

    /// <summary>
    /// The last token of every chain: proven, under no later tree, and of a tree that was not renewed as a whole. One that proves nothing any more while
    /// another of its tree was renewed has done its part.
    /// </summary>
    private static async Task<ImmutableArray<TokenStanding>> StandingsAsync(CatalogueSession session, TokenEnds ends, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT t.id, t.batch_id, b.algorithm, t.algorithms, t.certificates_end_at, t.token_time, t.certificates, b.objects, b.bytes,
                EXISTS (SELECT FROM evidence_token s JOIN evidence_leaf l ON l.kind = 'TimeStamp' AND l.subject = s.id::text WHERE s.batch_id = t.batch_id AND s.id <> t.id)
            FROM evidence_token t JOIN evidence_batch b ON b.id = t.batch_id
            WHERE t.state = 'Proven' AND t.token IS NOT NULL AND NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = 'TimeStamp' AND l.subject = t.id::text)
                AND NOT EXISTS (SELECT FROM hash_tree_renewal r WHERE r.from_algorithm = b.algorithm AND r.ended_at >= b.created_at)
            ORDER BY t.batch_id, t.slot
            """);
        var standings = ImmutableArray.CreateBuilder<TokenStanding>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var token = new EvidenceToken
            {
                Id = reader.GetGuid(0), BatchId = reader.GetGuid(1), Slot = 1, State = TokenState.Proven, Nonce = [], Request = [], CreatedAt = default, Algorithms = reader[3] as string[],
                CertificatesEndAt = await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(4), TokenTime = reader.GetFieldValue<DateTimeOffset>(5), Certificates = reader[6] as byte[][],
            };
            var standing = ends.StandingOf(token, reader.GetString(2), Unknown) with { Leaves = reader.GetInt64(7), Bytes = reader.GetInt64(8) };
            if (!reader.GetBoolean(9) || ends.EndOf(standing) > session.Now) standings.Add(standing);
        }
        return standings.ToImmutable();
    }
}
