using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Core.Findings;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;
using Preservation.Workflow.Documents;

namespace Preservation.Server.Pages.Registrations;

/// <summary>Takes a version of the minutes or the list that a person signed; one that is refused is told why.</summary>
[RequestSizeLimit(SignedVersions.MaxBytes + (1 << 20)), RequestFormLimits(MultipartBodyLengthLimit = SignedVersions.MaxBytes + (1 << 20))]
internal sealed class SignedModel(CallerAccess access, SignedVersions versions, TimeProvider clock) : PageModel
{
    public Guid Id { get; private set; }

    public int Number { get; private set; }

    public Finding? Refusal { get; private set; }

    public IActionResult OnGet(Guid id, int number) => LocalRedirect($"/registrations/{id}/rounds/{number}");

    public async Task<IActionResult> OnPostAsync(Guid id, int number, string? of, IFormFile? signed, CancellationToken cancellationToken)
    {
        (Id, Number) = (id, number);
        if (of is null || signed is not { Length: > 0 }) return LocalRedirect($"/registrations/{id}/rounds/{number}?notice=signedMissing");
        byte[]? body;
        await using (var stream = signed.OpenReadStream()) body = await RoundDocumentEndpoints.ReadAsync(stream, cancellationToken);
        if (body is null) return LocalRedirect($"/registrations/{id}/rounds/{number}?notice=signedTooLarge");
        var taken = await RoundDocumentEndpoints.TakeAsync(access, versions, clock, id, number, of, body, (session, _) => session.CommitAsync(cancellationToken), cancellationToken);
        if (taken is null) return NotFound();
        Refusal = taken.Value.Refusal;
        return Refusal is null ? LocalRedirect($"/registrations/{id}/rounds/{number}?notice=signedTaken") : Page();
    }
}
