using Preservation.Server.Api.Tasks;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Tasks;

/// <summary>Tasks of the caller's roles, oldest first; an auditor sees them all.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<PreservationTask> Rows { get; private set; } = [];

    public TaskState State { get; private set; }

    public string? Next { get; private set; }

    public async Task OnGetAsync(TaskState? state, Guid? after, CancellationToken cancellationToken)
    {
        State = state ?? TaskState.Open;
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await Visible(session.Rows, access).Where(t => t.State == State && (after == null || t.Id > after))
            .OrderBy(t => t.Id).Take(Page<PreservationTask>.DefaultSize + 1).ToListAsync(cancellationToken);
        (Rows, Next) = Page<PreservationTask>.Of(rows, Page<PreservationTask>.DefaultSize, r => r.Id.ToString());
    }

    internal static IQueryable<PreservationTask> Visible(CatalogueContext rows, CallerAccess access) => TaskRoom.Visible(rows, access.Caller).AsNoTracking();
}
