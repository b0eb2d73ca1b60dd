using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Submissions;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;

namespace Preservation.Server.Pages.Submissions;

/// <summary>One submission: how far it has come, everything found, what was decided, its receipts.</summary>
internal sealed class SubmissionModel(CallerAccess access, Visit visit) : PageModel
{
    public Submission Submission { get; private set; } = null!;

    public string Agency { get; private set; } = "";

    public string Sender { get; private set; } = "";

    public string Agreement { get; private set; } = "–";

    public string? DecidedBy { get; private set; }

    public string? Waiver { get; private set; }

    public bool ShowPackage { get; private set; }

    public IReadOnlyList<SubmissionStep> Steps { get; private set; } = [];

    public IReadOnlyList<SubmissionFinding> Findings { get; private set; } = [];

    public IReadOnlyList<ReceiptRow> Receipts { get; private set; } = [];

    public bool IsOwn { get; private set; }

    public bool MayApprove => Covers("/Submissions/Approve");

    public bool MayReturn => Covers("/Submissions/Return");

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await session.Rows.Submissions.Where(s => s.Id == id).ToLookAt().SingleOrDefaultAsync(cancellationToken) is not { } found) return NotFound();
        Submission = found;
        IsOwn = await Workflow.Access.People.IsSamePersonAsync(session, found.SubmittedBy, access.Caller.PrincipalId, cancellationToken);
        Steps = await session.Rows.SubmissionSteps.AsNoTracking().Where(x => x.SubmissionId == id).OrderBy(x => x.Ordinal).ToListAsync(cancellationToken);
        Findings = await session.Rows.SubmissionFindings.AsNoTracking().Where(x => x.SubmissionId == id).OrderBy(x => x.Ordinal).ToListAsync(cancellationToken);
        Receipts = await session.Rows.Receipts.Where(x => x.SubmissionId == id).OrderBy(x => x.IssuedAt).Select(x => new ReceiptRow(x.Kind, x.IssuedAt)).ToListAsync(cancellationToken);
        await LoadNamesAsync(session, cancellationToken);
        return Page();
    }

    private async Task LoadNamesAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        Agency = await session.Rows.Agencies.Where(a => a.Id == Submission.AgencyId).Select(a => a.Name).SingleAsync(cancellationToken);
        var people = await session.Rows.Principals.Where(p => p.Id == Submission.SubmittedBy || p.Id == Submission.DecidedBy).Select(p => new { p.Id, p.Name }).ToListAsync(cancellationToken);
        Sender = people.Single(p => p.Id == Submission.SubmittedBy).Name;
        DecidedBy = people.SingleOrDefault(p => p.Id == Submission.DecidedBy)?.Name;
        Agreement = await session.Rows.AgreementVersions.Where(v => v.Id == Submission.AgreementVersionId)
            .Join(session.Rows.Agreements, v => v.AgreementId, a => a.Id, (v, a) => a.Title + " (" + a.Code + ", " + v.Version + ")").SingleOrDefaultAsync(cancellationToken) ?? "–";
        if (Submission.State != SubmissionState.Preserved || Submission.PackageId is not { } packageId) return;
        var package = await session.Rows.Packages.Where(p => p.Id == packageId).Select(p => new { p.Waiver }).SingleOrDefaultAsync(cancellationToken);
        ShowPackage = package is not null && visit.May("/Packages/Package");
        Waiver = package?.Waiver;
    }

    private bool Covers(string page)
    {
        var scope = visit.ScopeAt(page);
        return scope.Covers(Submission.AgencyId) || (Submission.PackageId is { } package && scope.Packages.Contains(package));
    }

    internal sealed record ReceiptRow(ReceiptKind Kind, DateTimeOffset IssuedAt);
}
