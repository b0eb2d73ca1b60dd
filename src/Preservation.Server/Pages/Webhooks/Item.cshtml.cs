using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Webhooks;

/// <summary>One receiver: how far it is, what it answered, and the forms that set it going, give it a new secret or end it.</summary>
internal sealed class ItemModel(CallerAccess access) : PageModel
{
    public Webhook Webhook { get; private set; } = null!;

    public string Agency { get; private set; } = "";

    public IReadOnlyList<WebhookDelivery> Deliveries { get; private set; } = [];

    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, Guid? before, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await session.Rows.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } found) return NotFound();
        Webhook = found;
        Agency = await session.Rows.Agencies.Where(a => a.Id == found.AgencyId).Select(a => a.Name).SingleAsync(cancellationToken);
        var rows = await session.Rows.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == id && (before == null || d.Id < before)).OrderByDescending(d => d.Id).Take(Page<WebhookDelivery>.DefaultSize + 1).ToListAsync(cancellationToken);
        (Deliveries, Next) = Page<WebhookDelivery>.Of(rows, Page<WebhookDelivery>.DefaultSize, d => d.Id.ToString());
        return Page();
    }
}
