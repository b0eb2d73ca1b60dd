using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;

namespace Preservation.Workflow.Cases;

/// <summary>Reads a case within the session's scope.</summary>
public static class CaseReading
{
    /// <summary>The case, or null when there is no such package or the session may not see it.</summary>
    public static async Task<CaseView?> OfAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var rows = session.Rows;
        var package = await rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return null;
        var producer = await rows.Agencies.Where(a => a.Id == package.ProducerId).Select(a => a.Name).SingleAsync(cancellationToken);
        var (submissions, receipts) = await SubmissionsAsync(rows, id, cancellationToken);
        var ids = submissions.Select(s => s.Id).ToList();
        var events = await rows.PremisEvents.AsNoTracking().Where(e => e.PackageId == id || (e.SubmissionId != null && ids.Contains(e.SubmissionId.Value))).OrderBy(e => e.At).ThenBy(e => e.Id)
            .Select(e => new CaseEvent(e.Type, e.At, e.Outcome, e.Detail, e.Agent)).ToListAsync(cancellationToken);
        var decisions = await (from t in rows.Tasks
                               where t.PackageId == id || (t.SubmissionId != null && ids.Contains(t.SubmissionId.Value))
                               orderby t.Id
                               select new CaseDecision(t.Id, t.Kind, t.Subject, t.State, t.CreatedAt, t.Decision, t.DecidedAt, rows.Principals.Where(p => p.Id == t.DecidedBy).Select(p => p.Name).FirstOrDefault())).ToListAsync(cancellationToken);
        var verdicts = await rows.SignatureVerdicts.AsNoTracking().Where(v => v.PackageId == id).OrderBy(v => v.Id).Select(v => new { v.Path, v.FileSha512, v.Outcome, v.MadeAt, v.IsNewest }).ToListAsync(cancellationToken);
        var subjects = new[] { id }.Concat(ids).Concat(receipts).Concat(decisions.Select(d => d.Task)).Select(s => s.ToString()).ToList();
        var entries = await rows.AuditEntries.AsNoTracking().Where(e => subjects.Contains(e.SubjectId))
            .GroupJoin(rows.AuditSeals, e => e.Id, s => s.EntryId, (e, s) => new { e, s }).SelectMany(x => x.s.DefaultIfEmpty(), (x, s) => new { x.e, s }).OrderBy(x => x.e.Id).ToListAsync(cancellationToken);
        var head = await rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number).FirstOrDefaultAsync(cancellationToken);
        return new CaseView($"urn:uuid:{id}", package.Title, producer, package.PreservedAt, session.Now, submissions, events, decisions,
            [.. verdicts.Select(v => new CaseVerdict(v.Path, Convert.ToHexStringLower(v.FileSha512), v.Outcome, v.MadeAt, v.IsNewest))],
            [.. entries.Select(x => new CaseEntry(x.e.Id, x.s?.Sequence, x.e.At, x.e.Action, x.e.SubjectKind, x.e.SubjectId, x.s is null ? null : Convert.ToHexStringLower(x.s.LeafHash)))],
            head is null ? null : new CaseHead(head.TreeSize, Convert.ToHexStringLower(head.Head), head.SealedAt));
    }

    private static async Task<(List<CaseSubmission> Submissions, List<Guid> Receipts)> SubmissionsAsync(CatalogueContext rows, Guid package, CancellationToken cancellationToken)
    {
        var found = await rows.Submissions.Where(s => s.PackageId == package).OrderBy(s => s.Id)
            .Select(s => new { s.Id, s.State, s.RecordStatus, s.FileName, s.Bytes, s.Sha256, s.ReceivedAt, s.DecidedAt, s.DecidedBy, s.Reason }).ToListAsync(cancellationToken);
        var ids = found.Select(s => s.Id).ToList();
        var receipts = await rows.Receipts.Where(r => ids.Contains(r.SubmissionId)).OrderBy(r => r.IssuedAt).Select(r => new { r.Id, r.SubmissionId, r.Kind, r.IssuedAt, r.Sha512 }).ToListAsync(cancellationToken);
        var people = found.Select(s => s.DecidedBy).OfType<Guid>().ToList();
        var names = await rows.Principals.Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        return ([.. found.Select(s => new CaseSubmission(s.Id, s.State, s.RecordStatus, s.FileName, s.Bytes, Convert.ToHexStringLower(s.Sha256), s.ReceivedAt, s.DecidedAt, s.DecidedBy is { } by ? names[by] : null, s.Reason,
            [.. receipts.Where(r => r.SubmissionId == s.Id).Select(r => new CaseReceipt(r.Kind, r.IssuedAt, Convert.ToHexStringLower(r.Sha512)))]))], [.. receipts.Select(r => r.Id)]);
    }
}
