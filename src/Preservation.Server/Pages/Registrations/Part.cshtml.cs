using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>A file of a round's minutes, or the seal beside it.</summary>
internal sealed class PartModel(CallerAccess access) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, int number, string part, string? seal, CancellationToken cancellationToken)
    {
        if (seal is not (null or "seal")) return NotFound();
        await using var session = await access.BeginAsync(cancellationToken);
        if (await RoundDocumentEndpoints.FindPartAsync(session, id, number, part, cancellationToken) is not { } found) return NotFound();
        return seal is null ? File(found.Body, found.MediaType, found.Name) : File(found.Seal, "application/pkcs7-signature", found.Name + ".p7s");
    }
}
