using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Server.Pages.Shared;

namespace Preservation.Server.Pages.Notices;

/// <summary>How many changes of rights the visitor has not confirmed: every page says so until they are.</summary>
internal sealed class OpenNotices(CatalogueSessions sessions, Visit visit)
{
    public async Task<int> CountAsync()
    {
        if (visit.Caller is not { } caller) return 0;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, CancellationToken.None);
        return await session.Rows.RightsNotices.CountAsync(n => n.PrincipalId == caller.PrincipalId && n.ConfirmedAt == null);
    }
}
