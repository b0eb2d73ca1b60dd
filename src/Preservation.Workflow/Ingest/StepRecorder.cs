using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Ingest;

/// <summary>Shows how far an attempt has come: one row a step, replaced by a later attempt. Progress only; the outcome is committed elsewhere.</summary>
internal sealed class StepRecorder(SubmissionQueue queue, SubmissionClaim claim, TimeProvider clock)
{
    private DateTimeOffset _begun = clock.GetUtcNow();

    public void Begin() => _begun = clock.GetUtcNow();

    public async Task EndAsync(string name, int ordinal, bool passed, object detail, CancellationToken cancellationToken)
    {
        var (session, _) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            await session.Rows.SubmissionSteps.Where(s => s.SubmissionId == claim.Id && s.Name == name).ExecuteDeleteAsync(cancellationToken);
            session.Rows.SubmissionSteps.Add(new SubmissionStep
            {
                SubmissionId = claim.Id, Name = name, Ordinal = ordinal, Outcome = passed ? StepOutcomeKind.Passed : StepOutcomeKind.Failed, Attempt = claim.Attempt,
                StartedAt = _begun, EndedAt = session.Now, Detail = JsonSerializer.Serialize(detail, AuditJson.Options),
            });
            await session.CommitAsync(cancellationToken);
        }
    }
}
