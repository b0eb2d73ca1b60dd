using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Submissions;

/// <summary>Submissions in the caller's scope, newest first.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public SubmissionState? State { get; private set; }

    public string? Next { get; private set; }

    public async Task OnGetAsync(SubmissionState? state, Guid? before, CancellationToken cancellationToken)
    {
        State = state;
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await session.Rows.Submissions.AsNoTracking()
            .Where(s => (state == null || s.State == state) && (before == null || s.Id < before))
            .OrderByDescending(s => s.Id).Take(Page<Row>.DefaultSize + 1)
            .Join(session.Rows.Agencies, s => s.AgencyId, a => a.Id, (s, a) => new { s, a.Name }).OrderByDescending(x => x.s.Id)
            .Select(x => new Row(x.s.Id, x.s.Title, x.s.FileName, x.Name, x.s.State, x.s.ReceivedAt, x.s.Bytes)).ToListAsync(cancellationToken);
        (Rows, Next) = Page<Row>.Of(rows, Page<Row>.DefaultSize, r => r.Id.ToString());
    }

    internal sealed record Row(Guid Id, string? Title, string FileName, string Agency, SubmissionState State, DateTimeOffset ReceivedAt, long Bytes);
}
