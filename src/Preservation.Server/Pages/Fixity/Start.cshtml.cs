using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Pages.Fixity;

/// <summary>Starts a run over every copy; one asked for while another is under way is not needed.</summary>
internal sealed class StartModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/fixity");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4243)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        if (await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running && r.Kind == RunKind.OnDemand && r.PackageId == null, cancellationToken)) return LocalRedirect("/fixity?notice=runUnderWay");
        FixityRunner.Add(session, RunKind.OnDemand, access.Caller.PrincipalId, null, session.Now);
        await session.CommitAsync(cancellationToken);
        return LocalRedirect("/fixity?notice=runStarted");
    }
}
