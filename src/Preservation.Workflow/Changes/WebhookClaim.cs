using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Changes;

/// <summary>A receiver that this process alone speaks to, until the lease ends.</summary>
/// <param name="Webhook">The receiver as it was when it was claimed.</param>
/// <param name="Lease">The end of the lease, which tells one claim from another.</param>
internal sealed record WebhookClaim(Webhook Webhook, DateTimeOffset Lease);
