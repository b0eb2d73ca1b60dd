using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Changes;

/// <summary>Receivers of an agency: entered, given a new secret, set going again from a place, ended. Everything within the caller's scope.</summary>
public sealed class Webhooks(WebhookSecrets secrets, IOptions<PreservationOptions> options)
{
    /// <summary>Enters a receiver that is told of what is sealed from now on; null when the agency has as many as it may.</summary>
    /// <exception cref="ArgumentException">The session's scope does not hold the agency.</exception>
    public async Task<(Webhook Webhook, string Secret)?> CreateAsync(CatalogueSession session, Guid person, Guid agency, string url, string[] types, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!session.Scope.Covers(agency)) throw new ArgumentException("not in scope", nameof(agency));
        await using (var alone = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 4245))", agency.ToString())) await alone.ExecuteNonQueryAsync(cancellationToken);
        if (await session.Rows.Webhooks.CountAsync(w => w.AgencyId == agency && w.State != WebhookState.Ended, cancellationToken) >= options.Value.Webhooks.MaxPerAgency) return null;
        var webhook = new Webhook
        {
            Id = Guid.CreateVersion7(session.Now), AgencyId = agency, Url = url, Types = types, SecretNumber = 1, State = WebhookState.Active, Sequence = await ChangeFeed.HeadAsync(session, cancellationToken),
            CreatedBy = person, CreatedAt = session.Now,
        };
        session.Rows.Webhooks.Add(webhook);
        session.Audit(person, agency, "webhook.create", "webhook", webhook.Id.ToString(), new { url, types });
        return (webhook, secrets.Of(webhook));
    }

    /// <summary>Sets it going again, paused or not: from where it was, or from a place of the log.</summary>
    /// <param name="session">The caller's.</param>
    /// <param name="person">Who wants it.</param>
    /// <param name="id">The receiver.</param>
    /// <param name="after">The place after which it is told again of everything; null: it goes on.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<WebhookOutcome> ReplayAsync(CatalogueSession session, Guid person, Guid id, long? after, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var (outcome, webhook) = await LockAsync(session, id, cancellationToken);
        if (webhook is null) return outcome;
        if (after > await ChangeFeed.HeadAsync(session, cancellationToken)) return WebhookOutcome.AheadOfLog;
        (webhook.State, webhook.Sequence, webhook.Failures, webhook.FailingSince, webhook.NextTryAt, webhook.LeaseUntil) = (WebhookState.Active, after ?? webhook.Sequence, 0, null, null, null);
        session.Audit(person, webhook.AgencyId, "webhook.replay", "webhook", id.ToString(), new { after });
        foreach (var task in await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.WebhookPaused && t.State == TaskState.Open && t.AgencyId == webhook.AgencyId && t.Subject == webhook.Url).ToListAsync(cancellationToken))
            (task.State, task.DecidedAt, task.DecidedBy, task.Decision) = (TaskState.Done, session.Now, person, "met");
        return WebhookOutcome.Done;
    }

    /// <summary>Gives it a new secret; the old one signs nothing from now on.</summary>
    public async Task<(WebhookOutcome Outcome, string? Secret)> RenewSecretAsync(CatalogueSession session, Guid person, Guid id, CancellationToken cancellationToken)
    {
        var (outcome, webhook) = await LockAsync(session, id, cancellationToken);
        if (webhook is null) return (outcome, null);
        webhook.SecretNumber++;
        session.Audit(person, webhook.AgencyId, "webhook.secret", "webhook", id.ToString(), new { webhook.SecretNumber });
        return (WebhookOutcome.Done, secrets.Of(webhook));
    }

    /// <summary>Ends it for good.</summary>
    public static async Task<WebhookOutcome> EndAsync(CatalogueSession session, Guid person, Guid id, CancellationToken cancellationToken)
    {
        var (outcome, webhook) = await LockAsync(session, id, cancellationToken);
        if (webhook is null) return outcome;
        (webhook.State, webhook.EndedAt) = (WebhookState.Ended, session.Now);
        session.Audit(person, webhook.AgencyId, "webhook.end", "webhook", id.ToString(), new { });
        return WebhookOutcome.Done;
    }

    private static async Task<(WebhookOutcome Outcome, Webhook? Webhook)> LockAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using (var hold = session.Command("SELECT 1 FROM webhook WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var webhook = await session.Rows.Webhooks.SingleOrDefaultAsync(w => w.Id == id, cancellationToken);
        return webhook is null ? (WebhookOutcome.NotFound, null) : webhook.State == WebhookState.Ended ? (WebhookOutcome.Ended, null) : (WebhookOutcome.Done, webhook);
    }
}
