using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue;
using Preservation.Server.Api;
using Preservation.Server.Api.Mail;
using Preservation.Workflow.Mail;

namespace Preservation.Server.Pages.Account;

/// <summary>What the visitor chooses for himself or herself.</summary>
internal sealed class IndexModel(CallerAccess access, CatalogueSessions sessions, MailPost post) : PageModel
{
    public MailView Mail { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        Mail = await MailView.OfAsync(session.Rows, access.Caller.PrincipalId, post.IsConfigured, cancellationToken);
    }
}
