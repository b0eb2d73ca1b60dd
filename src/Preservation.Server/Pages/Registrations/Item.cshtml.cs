using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>One registration with its rounds; an approver answers here.</summary>
internal sealed class ItemModel(CallerAccess access) : PageModel
{
    public RegistrationView Registration { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await RegistrationView.Of(session, session.Rows.Registrations.Where(r => r.Id == id)).SingleOrDefaultAsync(cancellationToken) is not { } view) return NotFound();
        Registration = view;
        return Page();
    }
}
