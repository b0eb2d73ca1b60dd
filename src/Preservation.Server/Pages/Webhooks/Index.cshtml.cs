using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Pages.Webhooks;

/// <summary>Receivers of the visitor's agencies, and the form that enters one.</summary>
internal sealed class IndexModel(CallerAccess access, WebhookSecrets secrets) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public IReadOnlyList<(Guid Id, string Name)> Agencies { get; private set; } = [];

    public bool IsConfigured => secrets.IsConfigured;

    public async Task OnGetAsync(Guid? after, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await session.Rows.Webhooks.Where(w => after == null || w.Id > after).OrderBy(w => w.Id).Take(Page<Row>.DefaultSize + 1)
            .Select(w => new Row(w.Id, w.Url, session.Rows.Agencies.Where(a => a.Id == w.AgencyId).Select(a => a.Name).First(), w.State, w.CreatedAt)).ToListAsync(cancellationToken);
        (Rows, Next) = Page<Row>.Of(rows, Page<Row>.DefaultSize, r => r.Id.ToString());
        var (everything, own) = (session.Scope.Everything, session.Scope.Agencies.ToList());
        Agencies = [.. (await session.Rows.Agencies.Where(a => everything || own.Contains(a.Id)).OrderBy(a => a.Name).Take(Page<Row>.MaxSize).Select(a => new { a.Id, a.Name }).ToListAsync(cancellationToken)).Select(a => (a.Id, a.Name))];
    }

    internal sealed record Row(Guid Id, string Url, string Agency, WebhookState State, DateTimeOffset CreatedAt);
}
