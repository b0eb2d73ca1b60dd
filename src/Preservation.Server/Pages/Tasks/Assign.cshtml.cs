using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Tasks;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Tasks;

/// <summary>Gives a task to somebody, gives it back, moves its date, adds a note.</summary>
internal sealed class AssignModel(CallerAccess access, TaskDesk desk) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/tasks/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, Guid? assignee, DateOnly? due, string? note, int seen, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || note?.Length > TaskDesk.MostCharacters || due == DateOnly.MaxValue) return LocalRedirect($"/tasks/{id}?notice=assignInvalid");
        DateTimeOffset? until = due is { } day ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), WorkingCalendar.Vietnam) : null;
        await using var session = await access.BeginAsync(cancellationToken);
        switch (await desk.AssignAsync(session, access.Caller, id, new TaskAssignment(assignee, until, note, seen), cancellationToken))
        {
            case TaskOutcome.Done:
                await session.CommitAsync(cancellationToken);
                return LocalRedirect($"/tasks/{id}?notice=assigned");
            case TaskOutcome.NotFound:
                return NotFound();
            case TaskOutcome.Changed or TaskOutcome.HeldByAnother:
                return LocalRedirect($"/tasks/{id}?notice=taskChanged");
            case TaskOutcome.NotOpen:
                return LocalRedirect($"/tasks/{id}?notice=notOpen");
            default:
                return LocalRedirect($"/tasks/{id}?notice=assignInvalid");
        }
    }
}
