using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.People;

/// <summary>Persons and programs, found by a part of their name.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<Principal> Rows { get; private set; } = [];

    public string? Name { get; private set; }

    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? name, Guid? after, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        Name = string.IsNullOrWhiteSpace(name) ? null : name.Trim();
        var pattern = Name is null ? null : $"%{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        var rows = await session.Rows.Principals.AsNoTracking().Where(p => (pattern == null || EF.Functions.ILike(p.Name, pattern)) && (after == null || p.Id > after))
            .OrderBy(p => p.Id).Take(Page<Principal>.DefaultSize + 1).ToListAsync(cancellationToken);
        (Rows, Next) = Page<Principal>.Of(rows, Page<Principal>.DefaultSize, p => p.Id.ToString());
        return Page();
    }
}
