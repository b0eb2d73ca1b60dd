using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.Mail;
using Preservation.Workflow.Mail;

namespace Preservation.Server.Pages.People;

/// <summary>One principal: grants, what proves it, open sessions; an administrator changes them here.</summary>
internal sealed class PersonModel(CallerAccess access, MailPost post) : PageModel
{
    public Principal Principal { get; private set; } = null!;

    public string? Agency { get; private set; }

    public IReadOnlyList<GrantRow> Grants { get; private set; } = [];

    public IReadOnlyList<Credential> Credentials { get; private set; } = [];

    public MailView Mail { get; private set; } = null!;

    public int Sessions { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>The role that stood against a grant.</summary>
    public Role? Held { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, Role? held, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        if (await session.Rows.Principals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } principal) return NotFound();
        (Principal, Held, Now) = (principal, held, session.Now);
        Agency = await session.Rows.Agencies.Where(a => a.Id == principal.AgencyId).Select(a => a.Name).SingleOrDefaultAsync(cancellationToken);
        Grants = await session.Rows.RoleGrants.Where(g => g.PrincipalId == id).OrderByDescending(g => g.Id).Take(Page<GrantRow>.MaxSize)
            .Select(g => new GrantRow(g.Id, g.Role, g.Scope, session.Rows.Agencies.Where(a => a.Id == g.AgencyId).Select(a => a.Name).FirstOrDefault() ?? session.Rows.Fonds.Where(f => f.Id == g.FondsId).Select(f => f.Name).FirstOrDefault()
                ?? session.Rows.Packages.Where(p => p.Id == g.PackageId).Select(p => p.Title).FirstOrDefault(), g.ValidFrom, g.ValidUntil, g.Basis)).ToListAsync(cancellationToken);
        Credentials = await session.Rows.Credentials.AsNoTracking().Where(c => c.PrincipalId == id).OrderByDescending(c => c.Id).Take(Page<Credential>.MaxSize).ToListAsync(cancellationToken);
        Mail = await MailView.OfAsync(session.Rows, id, post.IsConfigured, cancellationToken);
        Sessions = await session.Rows.PageSessions.CountAsync(s => s.PrincipalId == id && s.EndedAt == null, cancellationToken);
        return Page();
    }

    internal sealed record GrantRow(Guid Id, Role Role, GrantScope Scope, string? Target, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, string Basis);
}
