using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.Packages;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Pages.Packages;

/// <summary>How one file of a package is proven, step by step. Reading it is audited.</summary>
internal sealed class TraceModel(CallerAccess access, EvidenceTrace traces) : PageModel
{
    public Package Package { get; private set; } = null!;

    public EvidenceTraceView Trace { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, string? path, int? version, CancellationToken cancellationToken)
    {
        if (await GetEvidenceTrace.ReadAsync(access, traces, id, path, version, cancellationToken) is not ({ } package, { } trace)) return NotFound();
        (Package, Trace) = (package, trace);
        return Page();
    }
}
