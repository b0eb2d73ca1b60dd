using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Fixity;

/// <summary>A file of a report that was kept, or the seal beside it.</summary>
internal sealed class PartModel(CallerAccess access) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, string part, string? seal, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        var found = await session.Rows.FrozenDocumentParts.AsNoTracking().SingleOrDefaultAsync(p => p.DocumentId == id && p.Name == part, cancellationToken);
        if (found is null || seal is not (null or "seal")) return NotFound();
        return seal is null ? File(found.Body, found.MediaType, found.Name) : File(found.Seal, "application/pkcs7-signature", found.Name + ".p7s");
    }
}
