using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Pages.Webhooks;

/// <summary>Gives a receiver a new secret and shows it, which no page does again.</summary>
internal sealed class SecretModel(CallerAccess access, Workflow.Changes.Webhooks webhooks, WebhookSecrets secrets) : PageModel
{
    public MadeSecret Made { get; private set; } = null!;

    public IActionResult OnGet(Guid id) => LocalRedirect($"/webhooks/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!secrets.IsConfigured) return LocalRedirect($"/webhooks/{id}?notice=webhookNotConfigured");
        await using var session = await access.BeginAsync(cancellationToken);
        var (outcome, secret) = await webhooks.RenewSecretAsync(session, access.Caller.PrincipalId, id, cancellationToken);
        if (secret is null) return outcome == WebhookOutcome.NotFound ? NotFound() : LocalRedirect($"/webhooks/{id}?notice=webhookEnded");
        await session.CommitAsync(cancellationToken);
        Made = new MadeSecret(id, secret);
        return Page();
    }
}
