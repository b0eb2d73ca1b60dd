using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Server.Api.Packages;

namespace Preservation.Server.Pages.Packages;

/// <summary>The provenance as PREMIS 3.</summary>
internal sealed class PremisModel(CallerAccess access) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) =>
        await ProvenanceModel.ReadAsync(access, id, "premis", cancellationToken) is { } read
            ? File(GetProvenance.Premis(read.Package, read.Provenance.Events), "application/xml", $"provenance-{id}.xml") : NotFound();
}
