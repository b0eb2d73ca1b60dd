using Preservation.Server.Api.Tasks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow;

namespace Preservation.Server.Pages.Tasks;

/// <summary>A person's decision on a task; approval is decided on the submission itself.</summary>
internal sealed class DecideModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/tasks/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, string? decision, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(decision) || decision.Length > 4000) return LocalRedirect($"/tasks/{id}?notice=decisionMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        await using (var hold = session.Command("SELECT 1 FROM task WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var task = await session.Rows.Tasks.SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        if (task is null || !TaskRoom.IsFor(task, access.Caller)) return NotFound();
        if (task.State != TaskState.Open || TaskKinds.IsDecidedElsewhere(task.Kind)) return LocalRedirect($"/tasks/{id}?notice=notOpen");
        task.State = TaskState.Done;
        task.Decision = decision;
        task.DecidedBy = access.Caller.PrincipalId;
        task.DecidedAt = session.Now;
        session.Audit(access.Caller.PrincipalId, task.AgencyId, "task.decide", "task", id.ToString(), new { decision });
        await session.CommitAsync(cancellationToken);
        return LocalRedirect($"/tasks/{id}?notice=decided");
    }
}
