using System.Globalization;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// The digest functions that new trees are made by: the configured ones, and in place of one that is about to end, or was declared broken, the function of the
/// catalogue that stands longest. A change is entered once, in the audit log and as a task.
/// </summary>
public sealed class EvidenceFunctions(RenewalPlans plans, IOptions<PreservationOptions> options)
{
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>The functions as of now, each once; the first one is that in place of SHA-512, by which every object is covered.</summary>
    /// <exception cref="InvalidOperationException">A configured name is no function for evidence.</exception>
    public async Task<IReadOnlyList<DigestAlgorithm>> StandingAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var frame = plans.Frame(await TokenEnds.LoadAsync(session, cancellationToken));
        var standing = new List<DigestAlgorithm>();
        foreach (var configured in Configured.OrderByDescending(a => a == DigestAlgorithm.Sha512))
        {
            // Where none is left the plan's alarm says so; a tree by the configured one is better than none.
            var function = RenewalPlanning.FunctionFor(frame, configured, session.Now) ?? configured;
            if (function != configured) await ReplaceAsync(session, configured, function, cancellationToken);
            if (!standing.Contains(function)) standing.Add(function);
        }
        return standing;
    }

    private IEnumerable<DigestAlgorithm> Configured => _options.Algorithms.Count == 0 ? [DigestAlgorithm.Sha512]
        : _options.Algorithms.Select(a => DigestAlgorithm.Find(a) is { IsWeak: false } known ? known : throw new InvalidOperationException($"{a} is no digest function for evidence"));

    private static async Task ReplaceAsync(CatalogueSession session, DigestAlgorithm configured, DigestAlgorithm function, CancellationToken cancellationToken)
    {
        const string reason = "relied on no more, or not long enough";
        await using (var replace = session.Command("""
            INSERT INTO evidence_function AS f (replaced, algorithm, reason, since) VALUES ($1, $2, $3, $4)
            ON CONFLICT (replaced) DO UPDATE SET algorithm = $2, reason = $3, since = $4 WHERE f.algorithm <> $2
            """, configured.Name, function.Name, reason, session.Now))
            if (await replace.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        session.Audit(null, null, "evidence.function", "evidenceFunction", configured.Name, new { replaced = configured.MetsName, by = function.MetsName, reason });
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.RenewalFunction, State = TaskState.Open, Role = Role.PreservationOfficer, CreatedAt = session.Now,
            Subject = string.Create(CultureInfo.InvariantCulture, $"{configured.MetsName}: {reason}; new trees are made by {function.MetsName} from {session.Now.UtcDateTime:yyyy-MM-dd} on (TimeStamps:Algorithms)"),
        });
    }
}
