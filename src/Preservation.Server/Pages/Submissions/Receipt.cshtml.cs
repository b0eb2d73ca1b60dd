using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Submissions;

/// <summary>A receipt as it was sealed.</summary>
internal sealed class ReceiptModel(CallerAccess access) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, ReceiptKind kind, CancellationToken cancellationToken) =>
        ModelState.IsValid && await FindAsync(access, id, kind, cancellationToken) is { } receipt ? File(receipt.Body, "application/json", $"receipt-{id}-{kind}.json") : NotFound();

    internal static async Task<Receipt?> FindAsync(CallerAccess access, Guid id, ReceiptKind kind, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        return await session.Rows.Receipts.AsNoTracking()
            .SingleOrDefaultAsync(r => r.SubmissionId == id && r.Kind == kind && session.Rows.Submissions.Any(s => s.Id == id), cancellationToken);
    }
}
