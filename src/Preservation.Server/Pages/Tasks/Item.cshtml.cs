using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;

namespace Preservation.Server.Pages.Tasks;

/// <summary>One task, and the form that decides it for those who may.</summary>
internal sealed class ItemModel(CallerAccess access, Visit visit) : PageModel
{
    public PreservationTask Item { get; private set; } = null!;

    public string? DecidedBy { get; private set; }

    public bool MayDecide => access.Caller.Has(Item.Role) && visit.ScopeAt("/Tasks/Decide") is var scope
        && (scope.Everything || (Item.AgencyId is { } agency && scope.Covers(agency)) || (Item.PackageId is { } package && scope.Packages.Contains(package)));

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await IndexModel.Visible(session.Rows, access).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } found) return NotFound();
        Item = found;
        DecidedBy = await session.Rows.Principals.Where(p => p.Id == found.DecidedBy).Select(p => p.Name).SingleOrDefaultAsync(cancellationToken);
        return Page();
    }
}
