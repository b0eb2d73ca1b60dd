using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Verdicts;

/// <summary>
/// Makes a verdict again. First of the same file, material and time by the rules of today: what changes then changed because of the rules. Where that does
/// not prove everything, once more with what can be had today, at the time of today; the signature then counts as proven to have existed since
/// the archive's own time-stamp over the file.
/// </summary>
public sealed class VerdictMaker(CatalogueSessions sessions, VerdictContent content, SignatureCollection collection, IOptions<PreservationOptions> options, TimeProvider clock)
{
    private readonly TimeSpan _budget = options.Value.Collection.Budget;

    /// <summary>The new verdict on the file of an old one, and why it was made; null when by the same rules it says the same.</summary>
    /// <param name="old">The old verdict.</param>
    /// <param name="current">What verdicts are made by now.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">No store could give the file or the old report now.</exception>
    internal async Task<(VerdictReason Reason, VerdictChange Change, VerificationReport Report, VerdictSummary Summary)?> MakeAsync(SignatureVerdict old, VerificationPolicy current, CancellationToken cancellationToken)
    {
        var (keeper, existed) = await LoadAsync(old, cancellationToken);
        var kept = await content.KeptAsync(keeper, cancellationToken);
        var (file, contents) = await content.SignedAsync(old, kept.File, cancellationToken);
        var reading = await SignatureVerification.ReadAsync(file, contents, current with { Crls = [] }, cancellationToken);
        var sameMaterial = current with { Intermediates = kept.Policy.Intermediates, Crls = kept.Policy.Crls, OcspResponses = kept.Policy.OcspResponses, ExistedSince = kept.Basis.ExistedSince };
        var report = reading.Validate(sameMaterial, old.MadeAt);
        var summary = VerdictSummary.Of(report, sameMaterial, old.MadeAt);
        var reason = VerdictReason.Rules;
        if (!summary.Lacking.IsEmpty)
        {
            var now = clock.GetUtcNow();
            var today = sameMaterial with { Crls = [.. sameMaterial.Crls, .. current.Crls], ExistedSince = kept.Basis.ExistedSince ?? existed };
            var later = await collection.ValidateAsync(reading, today, now, now + _budget, cancellationToken);
            var laterSummary = VerdictSummary.Of(later, today, now);
            // What merely could not be had today takes nothing away from what was proven before.
            if (VerdictComparison.Compare(summary, laterSummary) != VerdictChange.Same && !VerdictComparison.OnlyLost(summary, laterSummary))
                (report, summary, reason) = (later, laterSummary, VerdictReason.Material);
        }
        var change = VerdictComparison.Compare(old.Outcome, SignaturesOf(old), summary.Outcome, summary.Signatures);
        return change == VerdictChange.Same && summary.Rules == old.Rules ? null : (reason, change, report, summary);
    }

    internal static ImmutableArray<SummarisedSignature> SignaturesOf(SignatureVerdict verdict) => JsonSerializer.Deserialize<ImmutableArray<SummarisedSignature>>(verdict.Signatures, AuditJson.Options);

    // The verdict that keeps the material, and since when a time-stamp of the archive proves the file.
    private async Task<(SignatureVerdict Keeper, DateTimeOffset? Existed)> LoadAsync(SignatureVerdict old, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var keeper = await session.Rows.SignatureVerdicts.AsNoTracking().SingleAsync(v => v.Id == old.KeptWith, cancellationToken);
        await using var proof = session.Command("""
            SELECT min(b.token_time) FROM file f JOIN evidence_leaf l ON l.package_id = f.package_id AND l.kind = 'File' AND l.subject = f.id::text AND l.digest = f.sha512
            JOIN evidence_batch b ON b.id = l.batch_id AND b.state = 'Stored' WHERE f.package_id = $1 AND f.logical_path = $2 AND f.sha512 = $3
            """, old.PackageId, old.Path, old.FileSha512);
        return (keeper, await proof.ExecuteScalarAsync(cancellationToken) is DateTime time ? new DateTimeOffset(time, TimeSpan.Zero) : null);
    }
}
