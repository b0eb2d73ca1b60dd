using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Changes;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Pages.Webhooks;

/// <summary>Enters a receiver and shows its secret, which no page shows again.</summary>
internal sealed class CreateModel(CallerAccess access, Workflow.Changes.Webhooks webhooks, WebhookSecrets secrets, WebhookConnection connection) : PageModel
{
    public MadeSecret Made { get; private set; } = null!;

    public IActionResult OnGet() => LocalRedirect("/webhooks");

    public async Task<IActionResult> OnPostAsync(Guid agency, string? url, string[]? types, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || url?.Trim() is not { } receiver || WebhookEndpoints.Wrong(connection, receiver, types) is not null) return LocalRedirect("/webhooks?notice=webhookInvalid");
        if (!secrets.IsConfigured) return LocalRedirect("/webhooks?notice=webhookNotConfigured");
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Covers(agency) || !await session.Rows.Agencies.AnyAsync(a => a.Id == agency, cancellationToken)) return LocalRedirect("/webhooks?notice=webhookInvalid");
        if (await webhooks.CreateAsync(session, access.Caller.PrincipalId, agency, receiver, WebhookEndpoints.InOrder(types), cancellationToken) is not { } made) return LocalRedirect("/webhooks?notice=webhookTooMany");
        await session.CommitAsync(cancellationToken);
        Made = new MadeSecret(made.Webhook.Id, made.Secret);
        return Page();
    }
}
