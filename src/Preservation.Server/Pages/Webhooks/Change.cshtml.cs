using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue;
using Preservation.Server.Api;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Pages.Webhooks;

/// <summary>Sets a receiver going again, from where it was or from a place of the log, or ends it.</summary>
internal sealed class ChangeModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/webhooks/{id}");

    public Task<IActionResult> OnPostReplayAsync(Guid id, long? after, CancellationToken cancellationToken) =>
        ChangeAsync(id, after >= -1 || after is null, session => Workflow.Changes.Webhooks.ReplayAsync(session, access.Caller.PrincipalId, id, after, cancellationToken), "webhookReplayed", cancellationToken);

    public Task<IActionResult> OnPostEndAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, true, session => Workflow.Changes.Webhooks.EndAsync(session, access.Caller.PrincipalId, id, cancellationToken), "webhookEnded", cancellationToken);

    private async Task<IActionResult> ChangeAsync(Guid id, bool isUsable, Func<CatalogueSession, Task<WebhookOutcome>> change, string done, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || !isUsable) return LocalRedirect($"/webhooks/{id}?notice=webhookPlace");
        await using var session = await access.BeginAsync(cancellationToken);
        switch (await change(session))
        {
            case WebhookOutcome.Done:
                await session.CommitAsync(cancellationToken);
                return LocalRedirect($"/webhooks/{id}?notice={done}");
            case WebhookOutcome.NotFound:
                return NotFound();
            case WebhookOutcome.Ended:
                return LocalRedirect($"/webhooks/{id}?notice=webhookEnded");
            default:
                return LocalRedirect($"/webhooks/{id}?notice=webhookPlace");
        }
    }
}
