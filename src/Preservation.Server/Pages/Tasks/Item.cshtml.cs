using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow.Tasks;

namespace Preservation.Server.Pages.Tasks;

/// <summary>One task with its history, and the forms that give it to somebody and decide it, for those who may.</summary>
internal sealed class ItemModel(CallerAccess access, TaskDesk desk) : PageModel
{
    public PreservationTask Item { get; private set; } = null!;

    public string? DecidedBy { get; private set; }

    public string? Assignee { get; private set; }

    public IReadOnlyList<TaskStepView> History { get; private set; } = [];

    /// <summary>Those who may be given it.</summary>
    public IReadOnlyList<Colleague> Colleagues { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    /// <summary>How many steps the visitor sees, which the forms say.</summary>
    public int Seen => History.Count == 0 ? 0 : History[^1].Ordinal;

    public bool MayWork => Item.State == TaskState.Open && TaskRoom.IsFor(Item, access.Caller);

    public bool IsMine => Item.AssigneeId == access.Caller.PrincipalId;

    public bool MayTake => !IsMine && Colleagues.Any(c => c.Id == access.Caller.PrincipalId);

    public Guid Visitor => access.Caller.PrincipalId;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        Now = session.Now;
        if (await TaskRoom.Visible(session.Rows, access.Caller).AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } found) return NotFound();
        Item = found;
        var names = await session.Rows.Principals.Where(p => p.Id == found.DecidedBy || p.Id == found.AssigneeId).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        (DecidedBy, Assignee) = (names.GetValueOrDefault(found.DecidedBy ?? Guid.Empty), names.GetValueOrDefault(found.AssigneeId ?? Guid.Empty));
        History = await TaskStepView.OfAsync(session.Rows, id, cancellationToken);
        if (MayWork) Colleagues = await desk.ColleaguesAsync(found, cancellationToken);
        return Page();
    }
}
