using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Cases;

/// <summary>The cases for which the visitor has a mandate now, the newest package first.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var mandates = access.Caller.Grants.Where(g => g.Role == Role.Auditor && g.Scope == GrantScope.Case).ToList();
        var ids = mandates.Select(g => g.PackageId!.Value).ToList();
        await using var session = await access.BeginAsync(cancellationToken);
        var packages = await session.Rows.Packages.Where(p => ids.Contains(p.Id))
            .Select(p => new { p.Id, p.Title, Producer = session.Rows.Agencies.Where(a => a.Id == p.ProducerId).Select(a => a.Name).First() }).ToDictionaryAsync(p => p.Id, cancellationToken);
        Rows = [.. mandates.Where(g => packages.ContainsKey(g.PackageId!.Value)).OrderByDescending(g => g.PackageId)
            .Select(g => new Row(g.PackageId!.Value, packages[g.PackageId.Value].Title, packages[g.PackageId.Value].Producer, g.Basis, g.ValidFrom, g.ValidUntil))];
    }

    internal sealed record Row(Guid Package, string Title, string Producer, string Basis, DateTimeOffset From, DateTimeOffset? Until);
}
