using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Changes;

/// <summary>
/// Tells receivers of changes, in order and at least once: what was answered with 2xx is done, everything else is sent again after a pause that doubles. After a day without a
/// good answer the receiver is paused, and a person called. Each try is written down.
/// </summary>
public sealed class WebhookDeliveries(CatalogueSessions sessions, WebhookSecrets secrets, WebhookConnection connection, IOptions<PreservationOptions> options)
{
    private readonly WebhookOptions _options = options.Value.Webhooks;

    /// <summary>Makes one request to the receiver that has waited longest; false when none is due.</summary>
    public async Task<bool> DeliverNextAsync(CancellationToken cancellationToken)
    {
        if (!secrets.IsConfigured || await ClaimAsync(cancellationToken) is not { } claim) return false;
        ChangePage page;
        DateTimeOffset startedAt;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            startedAt = session.Now;
            page = await ChangeFeed.ReadAsync(session, claim.Webhook.Sequence, claim.Webhook.AgencyId, claim.Webhook.Types, _options.MaxChanges, cancellationToken);
        }
        if (page.Items.Count == 0) return true; // set back or ended between two looks; the lease runs out
        var id = Guid.CreateVersion7(startedAt);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { delivery = id, webhook = claim.Webhook.Id, agency = claim.Webhook.AgencyId, after = claim.Webhook.Sequence, page.Cursor, page.HasMore, changes = page.Items }, AuditJson.Options);
        var date = startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var answer = await connection.PostAsync(new Uri(claim.Webhook.Url), body,
            [("Preservation-Date", date), ("Preservation-Delivery", id.ToString()), ("Preservation-Signature", "v1=" + secrets.Sign(claim.Webhook, date, body))], cancellationToken);
        await RecordAsync(claim, page, id, startedAt, answer, cancellationToken);
        return true;
    }

    private async Task<WebhookClaim?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var lease = now + _options.Timeout * 2 + TimeSpan.FromSeconds(30);
        Guid id;
        await using (var claim = session.Command("""
            UPDATE webhook SET lease_until = $2, tried_at = $1 WHERE id = (
                SELECT w.id FROM webhook w WHERE w.state = 'Active' AND (w.next_try_at IS NULL OR w.next_try_at <= $1) AND (w.lease_until IS NULL OR w.lease_until <= $1)
                    AND EXISTS (SELECT FROM change c WHERE c.agency_id = w.agency_id AND c.sequence > w.sequence AND (w.types = '{}' OR c.type = ANY (w.types)))
                ORDER BY w.tried_at NULLS FIRST, w.id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """, now, lease))
        {
            if (await claim.ExecuteScalarAsync(cancellationToken) is not Guid found) return null;
            id = found;
        }
        var webhook = await session.Rows.Webhooks.AsNoTracking().SingleAsync(w => w.Id == id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return new WebhookClaim(webhook, lease);
    }

    // Whoever set the receiver back, paused or ended it meanwhile is not overruled: the claim holds only while its lease stands.
    private async Task RecordAsync(WebhookClaim claim, ChangePage page, Guid delivery, DateTimeOffset startedAt, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var webhook = claim.Webhook;
        session.Rows.WebhookDeliveries.Add(new WebhookDelivery
        {
            Id = delivery, WebhookId = webhook.Id, FirstSequence = page.Items[0].Sequence, LastSequence = page.Items[^1].Sequence, Changes = page.Items.Count, Attempt = webhook.Failures + 1, StartedAt = startedAt, EndedAt = now,
            Status = answer.Status, Problem = answer.Problem,
        });
        var since = webhook.FailingSince ?? startedAt;
        var givesUp = answer.Problem is not null && now - since >= _options.GiveUpAfter;
        await using (var mark = answer.Problem is null
            ? session.Command("UPDATE webhook SET sequence = $3, failures = 0, failing_since = NULL, next_try_at = NULL, lease_until = NULL WHERE id = $1 AND lease_until = $2", webhook.Id, claim.Lease, page.Cursor)
            : session.Command("UPDATE webhook SET failures = failures + 1, failing_since = $3, next_try_at = $4, lease_until = NULL, state = CASE WHEN $5 AND state = 'Active' THEN 'Paused' ELSE state END WHERE id = $1 AND lease_until = $2",
                webhook.Id, claim.Lease, since, now + Pause(webhook.Failures), givesUp))
            if (await mark.ExecuteNonQueryAsync(cancellationToken) == 1 && givesUp) Call(session, webhook, answer);
        await using (var sweep = session.Command("DELETE FROM webhook_delivery WHERE webhook_id = $1 AND started_at < $2", webhook.Id, now - _options.KeepDeliveries)) await sweep.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static void Call(CatalogueSession session, Webhook webhook, WebhookAnswer answer)
    {
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.WebhookPaused, State = TaskState.Open, Role = Role.IngestArchivist, AgencyId = webhook.AgencyId, Subject = webhook.Url, CreatedAt = session.Now,
        });
        session.Audit(null, webhook.AgencyId, "webhook.paused", "webhook", webhook.Id.ToString(), new { answer.Status, answer.Problem });
    }

    // Receivers that failed together are not asked again together.
    private TimeSpan Pause(int failures)
    {
        var pause = Math.Min(_options.RetryAtMost.TotalSeconds, _options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(failures, 20)));
        return TimeSpan.FromSeconds(pause * RandomNumberGenerator.GetInt32(80, 121) / 100);
    }
}
