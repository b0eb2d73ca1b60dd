using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Packages;

/// <summary>Packages in the caller's scope, newest first, or those with a code.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public string? Alias { get; private set; }

    public string? Next { get; private set; }

    public async Task OnGetAsync(string? alias, Guid? before, CancellationToken cancellationToken)
    {
        Alias = alias = string.IsNullOrWhiteSpace(alias) ? null : alias.Trim();
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await session.Rows.Packages.AsNoTracking()
            .Where(p => (before == null || p.Id < before) && (alias == null || session.Rows.PackageAliases.Any(a => a.PackageId == p.Id && a.Code == alias)))
            .OrderByDescending(p => p.Id).Take(Page<Row>.DefaultSize + 1)
            .Join(session.Rows.Agencies, p => p.ProducerId, a => a.Id, (p, a) => new { p, a.Name }).OrderByDescending(x => x.p.Id)
            .Select(x => new Row(x.p.Id, x.p.Title, x.Name, x.p.Kind, x.p.PreservedAt, x.p.Files, x.p.Bytes, x.p.Waiver)).ToListAsync(cancellationToken);
        (Rows, Next) = Page<Row>.Of(rows, Page<Row>.DefaultSize, r => r.Id.ToString());
    }

    internal sealed record Row(Guid Id, string Title, string Producer, string Kind, DateTimeOffset PreservedAt, int Files, long Bytes, string? Waiver);
}
