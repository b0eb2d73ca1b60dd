using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Submissions;

/// <summary>The detached seal of a receipt.</summary>
internal sealed class SealModel(CallerAccess access) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, ReceiptKind kind, CancellationToken cancellationToken) =>
        ModelState.IsValid && await ReceiptModel.FindAsync(access, id, kind, cancellationToken) is { } receipt
            ? File(receipt.Seal, "application/pkcs7-signature", $"receipt-{id}-{kind}.json.p7s") : NotFound();
}
