using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Transfers;

/// <summary>
/// Minutes and list of a round, made once: when it is closed and everything that came in it has ended. Then each sender gets the receipt that custody was taken,
/// which names the minutes by their digests. May be run as often as one likes, by several at once.
/// </summary>
public sealed class RoundMinutes(CatalogueSessions sessions, TransferDocument transfer, FrozenDocuments documents, Receipts receipts)
{
    /// <summary>The kind of document they are.</summary>
    public const string Kind = "transferMinutes";

    private const int ReceiptsAtOnce = 200;
    private static readonly JsonSerializerOptions Indented = new(AuditJson.Options) { WriteIndented = true };

    /// <summary>Makes the minutes of every round that is due, and the receipts of those that have theirs.</summary>
    /// <exception cref="FontMissingException">The configured fonts cannot be had: the next run tries again.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var round in await DueAsync(cancellationToken)) await MakeAsync(round, cancellationToken);
        while (await GiveReceiptsAsync(cancellationToken)) { }
    }

    // What came before the close and was not looked at yet has no round so far: it is waited for too.
    private async Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var command = session.Command("""
            SELECT o.id FROM registration_round o JOIN registration r ON r.id = o.registration_id WHERE o.closed_at IS NOT NULL AND o.minutes_id IS NULL
                AND NOT EXISTS (SELECT FROM submission s WHERE s.round_id = o.id AND s.state NOT IN ('Preserved', 'Rejected', 'Returned', 'Tested'))
                AND NOT EXISTS (SELECT FROM submission s WHERE s.agency_id = r.agency_id AND s.round_id IS NULL AND s.state IN ('Received', 'Checking') AND s.received_at <= o.closed_at)
            ORDER BY o.closed_at
            """);
        var due = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) due.Add(reader.GetGuid(0));
        return due;
    }

    private async Task MakeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT 1 FROM registration_round WHERE id = $1 AND minutes_id IS NULL FOR UPDATE SKIP LOCKED", id))
            if (await hold.ExecuteScalarAsync(cancellationToken) is null) return; // another process is at it, or has made them
        var round = await session.Rows.RegistrationRounds.SingleAsync(o => o.Id == id, cancellationToken);
        var agency = await session.Rows.Registrations.Where(r => r.Id == round.RegistrationId).Select(r => r.AgencyId).SingleAsync(cancellationToken);
        var record = await TransferGathering.LoadAsync(session, round, session.Now, cancellationToken);
        var document = documents.Add(session, Kind, agency, $"{DocumentTexts.Load("transfer.json", "vi")["minutes.title"]} {record.Registration}/{round.Number}", null,
        [
            ("minutes.json", "application/json", JsonSerializer.SerializeToUtf8Bytes(Summary(record), Indented)),
            ("list.json", "application/json", JsonSerializer.SerializeToUtf8Bytes(new { record.Registration, record.Round, dossiers = record.Taken }, Indented)),
            .. TransferDocument.Languages.Select(l => ($"minutes.{l}.pdf", "application/pdf", transfer.Minutes(record, l))),
            .. TransferDocument.Languages.Select(l => ($"list.{l}.pdf", "application/pdf", transfer.List(record, l))),
        ]);
        await session.FlushAsync(cancellationToken);
        round.MinutesId = document.Id;
        await session.CommitAsync(cancellationToken);
    }

    // The list stands for itself; the minutes say what it adds up to.
    private static object Summary(TransferRecord r) => new
    {
        r.Registration, r.Title, r.Round, r.OpensOn, r.ClosesOn, r.ClosedAt, r.MadeAt, r.Deliverer, r.Receivers, r.Fonds, r.DeliveredBy, r.ApprovedBy, r.Planned, r.Came, dossiers = r.Taken.Count, r.Documents, r.Files, r.Bytes, r.From, r.Until,
        r.Left, r.Decisions,
    };

    private async Task<bool> GiveReceiptsAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // One process at a time: the receipt's own key would let only one of two commit anyway.
        await using (var hold = session.Command("SELECT pg_try_advisory_xact_lock(4251)"))
            if (await hold.ExecuteScalarAsync(cancellationToken) is not true) return false;
        var due = await session.Rows.RegistrationRounds.AsNoTracking().Where(o => o.MinutesId != null)
            .Join(session.Rows.Submissions.Where(s => s.State == SubmissionState.Preserved && !session.Rows.Receipts.Any(r => r.SubmissionId == s.Id && r.Kind == ReceiptKind.CustodyTaken)), o => (Guid?)o.Id, s => s.RoundId, (o, s) => new { o, s.Id })
            .OrderBy(x => x.Id).Take(ReceiptsAtOnce).ToListAsync(cancellationToken);
        if (due.Count == 0) return false;
        foreach (var ofRound in due.GroupBy(x => x.o.Id))
        {
            var round = ofRound.First().o;
            var code = await session.Rows.Registrations.Where(r => r.Id == round.RegistrationId).Select(r => r.Code).SingleAsync(cancellationToken);
            var parts = await session.Rows.FrozenDocumentParts.AsNoTracking().Where(p => p.DocumentId == round.MinutesId && p.AddedBy == null).OrderBy(p => p.Name).ToDictionaryAsync(p => p.Name, p => Convert.ToHexStringLower(p.Sha512), cancellationToken);
            foreach (var one in ofRound)
            {
                var submission = await session.Rows.Submissions.AsNoTracking().SingleAsync(s => s.Id == one.Id, cancellationToken);
                await receipts.AddAsync(session, submission, ReceiptKind.CustodyTaken, new { state = submission.State, package = submission.PackageId, registration = code, round = round.Number, minutes = round.MinutesId, sha512 = parts }, cancellationToken);
            }
        }
        await session.CommitAsync(cancellationToken);
        return true;
    }
}
