using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Preservation.Server.Api;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Queue;

/// <summary>The archivists' queue: what waits for a decision, the oldest first.</summary>
internal sealed class IndexModel(CallerAccess access, IOptions<PreservationOptions> options, TimeProvider clock) : PageModel
{
    public IReadOnlyList<QueuedSubmission> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public DateOnly Today => WorkingCalendar.DayOf(clock.GetUtcNow());

    public async Task OnGetAsync(Guid? after, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await QueuedSubmission.ListAsync(session, after, Page<QueuedSubmission>.DefaultSize + 1, options.Value.Terms.ProcessingDays, cancellationToken);
        (Rows, Next) = Page<QueuedSubmission>.Of(rows, Page<QueuedSubmission>.DefaultSize, r => r.Id.ToString());
    }
}
