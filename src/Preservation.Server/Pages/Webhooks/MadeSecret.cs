namespace Preservation.Server.Pages.Webhooks;

/// <summary>A receiver's secret, on the one page that shows it.</summary>
internal sealed record MadeSecret(Guid Webhook, string Secret);
