using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Submissions;
using Preservation.Server.Api;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Ingest;

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

    /// <summary>Its own findings in their order.</summary>
    public IReadOnlyList<FindingsReview.Item> Findings { get; private set; } = [];

    /// <summary>Its findings and those of the attempt before, in groups.</summary>
    public FindingsReview Review { get; private set; } = new(null, []);

    /// <summary>How the findings are shown: by severity, rule or document.</summary>
    public string By { get; private set; } = "severity";

    public IReadOnlyList<DecisionView> Decisions { get; private set; } = [];

    public string? FirstApprovalBy => Decisions.FirstOrDefault(d => d.Effect == DecisionEffect.FirstApproval)?.By;

    public IReadOnlyList<ReceiptRow> Receipts { get; private set; } = [];

    public bool IsOwn { get; private set; }

    public bool MayApprove => Covers("/Submissions/Approve");

    public bool MayReturn => Covers("/Submissions/Return");

    public int CountOf(FindingChange change) => Review.Groups.Sum(g => g.Count(change));

    public FindingTable TableOf(string labelledBy, IEnumerable<FindingsReview.Item> items) => new(labelledBy, [.. items], Review.Earlier is not null,
        Submission.State == SubmissionState.AwaitingApproval && MayReturn && !IsOwn, Decisions.SelectMany(d => d.Findings).DistinctBy(f => f.Ordinal).ToDictionary(f => f.Ordinal, f => f.Reason));

    public async Task<IActionResult> OnGetAsync(Guid id, string? by, CancellationToken cancellationToken)
    {
        By = by is "rule" or "document" ? by : "severity";
        await using var session = await access.BeginAsync(cancellationToken);
        if (await session.Rows.Submissions.Where(s => s.Id == id).ToLookAt().SingleOrDefaultAsync(cancellationToken) is not { } found) return NotFound();
        Submission = found;
        IsOwn = await Workflow.Access.People.IsSamePersonAsync(session, found.SubmittedBy, access.Caller.PrincipalId, cancellationToken);
        Steps = await session.Rows.SubmissionSteps.AsNoTracking().Where(x => x.SubmissionId == id).OrderBy(x => x.Ordinal).ToListAsync(cancellationToken);
        Review = await FindingsReview.LoadAsync(session, id, By == "document", cancellationToken);
        Findings = [.. Review.Groups.SelectMany(g => g.Findings).Where(f => f.Change != FindingChange.Gone).OrderBy(f => f.Finding.Ordinal)];
        Decisions = await DecisionView.OfAsync(session, id, cancellationToken);
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
