using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.Terms;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Registrations;

/// <summary>One round: what waits in it, what was decided on it as a whole, its minutes and list, and the versions that persons signed.</summary>
internal sealed class RoundModel(CallerAccess access) : PageModel
{
    private const int MostLeft = 200;

    public RegistrationView Registration { get; private set; } = null!;

    public RoundView Round { get; private set; } = null!;

    /// <summary>What waits now, in short: an approval is of this and nothing else.</summary>
    public string Seen { get; private set; } = "";

    public IReadOnlyList<DecisionRow> Decisions { get; private set; } = [];

    public IReadOnlyList<RoundDocumentEndpoints.PartView> Parts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id, int number, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await RegistrationView.Of(session, session.Rows.Registrations.Where(r => r.Id == id)).SingleOrDefaultAsync(cancellationToken) is not { } view) return NotFound();
        if (view.Rounds.FirstOrDefault(o => o.Number == number) is not { } round) return NotFound();
        (Registration, Round) = (view, round);
        var roundId = await session.Rows.RegistrationRounds.Where(o => o.RegistrationId == id && o.Number == number).Select(o => o.Id).SingleAsync(cancellationToken);
        Seen = RoundDecisions.DigestOf(await RoundDecisions.WaitingAsync(session, roundId, cancellationToken));
        if (round.Minutes is { } minutes) Parts = await RoundDocumentEndpoints.PartsAsync(session, minutes, cancellationToken);
        await LoadDecisionsAsync(session, roundId, cancellationToken);
        return Page();
    }

    private async Task LoadDecisionsAsync(CatalogueSession session, Guid round, CancellationToken cancellationToken)
    {
        var decisions = await session.Rows.Decisions.AsNoTracking().Where(d => d.RoundId == round).OrderByDescending(d => d.Id)
            .Join(session.Rows.Principals, d => d.DecidedBy, p => p.Id, (d, p) => new { d.Id, d.DecidedAt, p.Name }).OrderByDescending(d => d.Id).ToListAsync(cancellationToken);
        var rows = new List<DecisionRow>();
        foreach (var d in decisions)
        {
            var named = session.Rows.DecisionSubmissions.AsNoTracking().Where(s => s.DecisionId == d.Id);
            var counts = await named.GroupBy(s => s.Effect).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
            var (approved, first) = (counts.GetValueOrDefault(DecisionEffect.Approved), counts.GetValueOrDefault(DecisionEffect.FirstApproval));
            var left = await named.Where(s => s.Effect != DecisionEffect.Approved && s.Effect != DecisionEffect.FirstApproval)
                .Join(session.Rows.Submissions, x => x.SubmissionId, s => s.Id, (x, s) => new { s.Id, Title = s.Title ?? s.FileName, x.Effect, x.State }).OrderBy(x => x.Id).Take(MostLeft).ToListAsync(cancellationToken);
            rows.Add(new DecisionRow(d.Name, d.DecidedAt, approved, first, counts.Values.Sum() - approved - first, [.. left.Select(l => new LeftRow(l.Id, l.Title, l.Effect, l.State))]));
        }
        Decisions = rows;
    }

    internal sealed record DecisionRow(string By, DateTimeOffset At, int Approved, int First, int Left, IReadOnlyList<LeftRow> NotTaken);

    internal sealed record LeftRow(Guid Id, string Title, DecisionEffect Effect, SubmissionState State);
}
