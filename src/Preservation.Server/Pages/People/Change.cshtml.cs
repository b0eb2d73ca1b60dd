using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.People;
using Preservation.Workflow.Access;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.People;

/// <summary>What an administrator changes of one principal's rights.</summary>
internal sealed class ChangeModel(CallerAccess access) : PageModel
{
    public IActionResult OnGet(Guid id) => LocalRedirect($"/people/{id}");

    public Task<IActionResult> OnPostGrantAsync(Guid id, Role role, GrantScope scope, string? target, DateOnly? from, DateOnly? until, string? basis, CancellationToken cancellationToken) => ChangeAsync(id, async session =>
    {
        var terms = new GrantTerms(role, scope, basis ?? "", ValidFrom: BeginningOf(from), ValidUntil: BeginningOf(until?.AddDays(1)));
        return await WithTargetAsync(session, terms, target?.Trim() ?? "", cancellationToken) is { } whole ? await Grants.GiveAsync(session, access.Caller, id, whole, cancellationToken) : new RightsOutcome.Invalid("target", "");
    }, cancellationToken);

    public Task<IActionResult> OnPostEndAsync(Guid id, Guid grant, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => Grants.EndAsync(session, access.Caller, id, grant, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostBindAsync(Guid id, string? issuer, string? subject, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => Credentials.BindSubjectAsync(session, access.Caller, id, issuer?.Trim(), subject?.Trim(), null, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostRevokeAsync(Guid id, Guid credential, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => Credentials.RevokeAsync(session, access.Caller, id, credential, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostDisableAsync(Guid id, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => Workflow.Access.People.DisableAsync(session, access.Caller, id, reason, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostEnableAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => Workflow.Access.People.EnableAsync(session, access.Caller, id, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostMailAsync(Guid id, string? address, string? language, MailFrequency frequency, CancellationToken cancellationToken) =>
        ChangeAsync(id, session => MailChoices.SetAsync(session, access.Caller.PrincipalId, id, address?.Trim(), language, frequency, cancellationToken), cancellationToken, "mailSaved", "mailInvalid");

    private async Task<IActionResult> ChangeAsync(Guid id, Func<CatalogueSession, Task<RightsOutcome>> change, CancellationToken cancellationToken, string done = "rightsChanged", string invalid = "rightsInvalid")
    {
        if (!ModelState.IsValid) return LocalRedirect($"/people/{id}?notice={invalid}");
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return StatusCode(StatusCodes.Status403Forbidden);
        switch (await change(session))
        {
            case RightsOutcome.Done:
                await session.CommitAsync(cancellationToken);
                return LocalRedirect($"/people/{id}?notice={done}");
            case RightsOutcome.Refused { Held: { } held }:
                return LocalRedirect($"/people/{id}?held={held}");
            case RightsOutcome.Refused refused:
                return LocalRedirect($"/people/{id}?notice=" + RightsAnswers.Code(refused.Why));
            case RightsOutcome.Invalid:
                return LocalRedirect($"/people/{id}?notice={invalid}");
            default:
                return NotFound();
        }
    }

    // An agency by its code, a fonds by the code of its agency and its own, a package by its identifier.
    private static async Task<GrantTerms?> WithTargetAsync(CatalogueSession session, GrantTerms terms, string target, CancellationToken cancellationToken)
    {
        if (terms.Scope == GrantScope.Everything) return target.Length == 0 ? terms : null;
        if (terms.Scope == GrantScope.Case) return Guid.TryParse(target, out var package) ? terms with { PackageId = package } : null;
        var parts = target.Split('/', 2);
        var code = parts[0];
        if (await session.Rows.AgencyCodes.Where(c => c.Code == code).Select(c => (Guid?)c.AgencyId).SingleOrDefaultAsync(cancellationToken) is not { } agency) return null;
        if (terms.Scope == GrantScope.Agency) return parts.Length == 1 ? terms with { AgencyId = agency } : null;
        if (parts is not [_, var own]) return null;
        return await session.Rows.Fonds.Where(f => f.AgencyId == agency && f.Code == own).Select(f => (Guid?)f.Id).SingleOrDefaultAsync(cancellationToken) is { } fonds ? terms with { FondsId = fonds } : null;
    }

    private static DateTimeOffset? BeginningOf(DateOnly? day) => day is { } d ? new DateTimeOffset(d.ToDateTime(TimeOnly.MinValue), WorkingCalendar.Vietnam).ToUniversalTime() : null;
}
