using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.Tasks;
using Preservation.Workflow.Tasks;

namespace Preservation.Server.Pages.Tasks;

/// <summary>Tasks of the caller's roles, oldest first; an auditor sees them all.</summary>
internal sealed class IndexModel(CallerAccess access) : PageModel
{
    public IReadOnlyList<TaskView> Rows { get; private set; } = [];

    public TaskState State { get; private set; }

    public TaskSelection Show { get; private set; }

    public string? Kind { get; private set; }

    /// <summary>Kinds there are.</summary>
    public IReadOnlyList<string> Kinds { get; private set; } = [];

    public string? Next { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(TaskState? state, TaskSelection? show, string? kind, Guid? after, CancellationToken cancellationToken)
    {
        (State, Show, Kind) = (state ?? TaskState.Open, show ?? TaskSelection.All, string.IsNullOrEmpty(kind) ? null : kind);
        await using var session = await access.BeginAsync(cancellationToken);
        Now = session.Now;
        var visible = TaskRoom.Visible(session.Rows, access.Caller);
        Kinds = await visible.Where(t => t.State == State).Select(t => t.Kind).Distinct().OrderBy(k => k).ToListAsync(cancellationToken);
        var asked = new TaskFilter(State, Kind, Show == TaskSelection.Mine, Show == TaskSelection.Overdue).Of(visible, access.Caller, Now);
        var rows = await TaskView.Of(session.Rows, asked.Where(t => after == null || t.Id > after).OrderBy(t => t.Id).Take(Page<TaskView>.DefaultSize + 1)).ToListAsync(cancellationToken);
        (Rows, Next) = Page<TaskView>.Of(rows, Page<TaskView>.DefaultSize, r => r.Id.ToString());
    }
}
