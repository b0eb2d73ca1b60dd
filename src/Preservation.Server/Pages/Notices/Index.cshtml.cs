using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Server.Api;
using Preservation.Server.Api.People;

namespace Preservation.Server.Pages.Notices;

/// <summary>Changes of rights that the visitor is to confirm.</summary>
internal sealed class IndexModel(CallerAccess access, CatalogueSessions sessions) : PageModel
{
    public IReadOnlyList<NoticeView> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        Rows = await NoticeView.Of(session.Rows, access.Caller.PrincipalId).Take(Page<NoticeView>.DefaultSize).ToListAsync(cancellationToken);
    }
}
