using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>What is to be done by when, and the registrations, the newest first.</summary>
internal sealed class IndexModel(CallerAccess access, Deadlines deadlines) : PageModel
{
    public IReadOnlyList<Deadline> Due { get; private set; } = [];

    public IReadOnlyList<RegistrationView> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        Due = await deadlines.ListAsync(session, cancellationToken);
        Rows = await RegistrationView.Of(session, session.Rows.Registrations.OrderByDescending(r => r.Id).Take(Page<RegistrationView>.MaxSize)).ToListAsync(cancellationToken);
    }
}
