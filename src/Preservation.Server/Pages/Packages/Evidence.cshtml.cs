using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Packages;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Pages.Packages;

/// <summary>The evidence a stranger can check without this service. Taking it is audited.</summary>
internal sealed class EvidenceModel(CallerAccess access, EvidenceExport evidence) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return NotFound();
        var (provenance, entries) = await GetEvidence.ProvenanceAsync(session, package, cancellationToken);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "evidence.read", "package", id.ToString(), new { });
        await session.CommitAsync(cancellationToken);
        return await evidence.MakeAsync(package, EvidenceSelection.Records with { AuditEntries = entries }, provenance, cancellationToken) is { } file
            ? File(file, "application/zip", $"evidence-{id}.zip") : LocalRedirect($"/packages/{id}?notice=notYetCovered");
    }
}
