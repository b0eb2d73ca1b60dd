using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Pages.Registrations;

/// <summary>An agency's request for a transfer; the same as the API takes.</summary>
internal sealed class RequestModel(CallerAccess access, Workflow.Terms.Registrations registrations, TimeProvider clock) : PageModel
{
    public IReadOnlyList<(string Code, string Title)> Agreements { get; private set; } = [];

    public IReadOnlyList<(string Code, string Title)> Fonds { get; private set; } = [];

    /// <summary>The field that could not be used.</summary>
    public string? Wrong { get; private set; }

    public string? Agreement { get; private set; }

    public string? FondsCode { get; private set; }

    public int? Year { get; private set; }

    public string? Title { get; private set; }

    public int? PlannedPackages { get; private set; }

    public long? PlannedBytes { get; private set; }

    public DateOnly? PlannedFrom { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Year = WorkingCalendar.DayOf(clock.GetUtcNow()).Year + 1; // a transfer is registered a year ahead
        await LoadAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? agreement, string? fonds, int? year, string? title, int? plannedPackages, long? plannedBytes, DateOnly? plannedFrom, CancellationToken cancellationToken)
    {
        (Agreement, FondsCode, Year, Title, PlannedPackages, PlannedBytes, PlannedFrom) = (agreement, fonds, year, title, plannedPackages, plannedBytes, plannedFrom);
        Wrong = ModelState.FirstOrDefault(m => m.Value?.Errors.Count > 0).Key ?? (plannedFrom is null ? "plannedFrom" : null);
        if (Wrong is null)
        {
            var request = new RegistrationRequest(agreement, string.IsNullOrEmpty(fonds) ? null : fonds, year ?? 0, title?.Trim() ?? "", plannedPackages ?? 0, plannedBytes, plannedFrom!.Value);
            if (RegistrationEndpoints.Wrong(request) is var (field, _)) Wrong = field;
            else
            {
                await using var session = await access.BeginAsync(cancellationToken);
                if (await registrations.RequestAsync(session, access.Caller, request, cancellationToken) is { } made)
                {
                    await session.CommitAsync(cancellationToken);
                    return LocalRedirect($"/registrations/{made.Id}?notice=requested");
                }
                Wrong = "agreement";
            }
        }
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        Agreements = [.. (await session.Rows.Agreements.OrderBy(a => a.Code).Take(Page<string>.MaxSize).Select(a => new { a.Code, a.Title }).ToListAsync(cancellationToken)).Select(a => (a.Code, a.Title))];
        Fonds = [.. (await session.Rows.Fonds.OrderBy(f => f.Code).Take(Page<string>.MaxSize).Select(f => new { f.Code, f.Name }).ToListAsync(cancellationToken)).Select(f => (f.Code, f.Name))];
    }
}
