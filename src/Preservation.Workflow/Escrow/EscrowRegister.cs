using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Row = Preservation.Catalogue.Model.EscrowReport;

namespace Preservation.Workflow.Escrow;

/// <summary>Takes the reports of escrows: by the key that is configured for each, one after the other, each naming the one before.</summary>
public sealed class EscrowRegister(IOptions<PreservationOptions> options)
{
    /// <summary>More than any signature of a report has.</summary>
    public const int MaxSignatureBytes = 64 * 1024;

    /// <summary>Verifies and keeps a report. Committed by the caller.</summary>
    public async Task<EscrowAcceptance> AcceptAsync(CatalogueSession session, Guid sender, byte[] body, byte[] signature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(signature);
        var now = session.Now;
        if (SignerOf(body, signature, now) is not { } escrow) return new EscrowAcceptance.NotSigned();
        if (EscrowReport.Read(body) is not { } report || report.Escrow != escrow || report.EndedAt < report.StartedAt) return new EscrowAcceptance.NotAReport();
        // Of two at the same time the second sees the first.
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 4260))", escrow)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var sha512 = SHA512.HashData(body);
        var known = await session.Rows.EscrowReports.AsNoTracking().Where(r => r.Escrow == escrow && r.Number == report.Number).Select(r => new { r.Id, r.Sha512 }).SingleOrDefaultAsync(cancellationToken);
        if (known is not null) return known.Sha512.AsSpan().SequenceEqual(sha512) ? new EscrowAcceptance.Kept(known.Id, report.Number, IsNew: false) : new EscrowAcceptance.DoesNotFollow();
        var last = await session.Rows.EscrowReports.AsNoTracking().Where(r => r.Escrow == escrow).OrderByDescending(r => r.Number).Select(r => new { r.Number, r.Sha512 }).FirstOrDefaultAsync(cancellationToken);
        // The first that is heard of may have others before it: the service may be younger than the escrow.
        if (last is not null && (report.Number != last.Number + 1 || report.Previous != Convert.ToHexStringLower(last.Sha512))) return new EscrowAcceptance.DoesNotFollow();
        var row = new Row
        {
            Id = Guid.CreateVersion7(now), Escrow = escrow, Number = report.Number, StartedAt = report.StartedAt.ToUniversalTime(), EndedAt = report.EndedAt.ToUniversalTime(), CompleteUntil = report.CompleteUntil?.ToUniversalTime(),
            Objects = report.Objects, Body = body, Sha512 = sha512, Signature = signature, ReceivedBy = sender, ReceivedAt = now,
        };
        session.Rows.EscrowReports.Add(row);
        await AcknowledgeAsync(session, sender, row, report, cancellationToken);
        session.Audit(sender, null, "escrow.report", "escrow", escrow, new { report.Number, sha512 = Convert.ToHexStringLower(sha512), report.Objects, report.Counts });
        return new EscrowAcceptance.Kept(row.Id, report.Number, IsNew: true);
    }

    // What it says of orders of destruction, where that is something else than before. It speaks of an order by its bytes; of one that it could not read it names none.
    private static async Task AcknowledgeAsync(CatalogueSession session, Guid sender, Row row, EscrowReport report, CancellationToken cancellationToken)
    {
        var ids = report.Orders.Select(o => o.Order).Distinct().ToArray();
        if (ids.Length == 0) return;
        await session.FlushAsync(cancellationToken);
        var known = await (from o in session.Rows.DestructionOrders from p in session.Rows.FrozenDocumentParts where ids.Contains(o.Id) && p.DocumentId == o.DocumentId && p.Name == DestructionOrders.OrderName select new { o.Id, p.Sha512 })
            .ToDictionaryAsync(o => o.Id, o => Convert.ToHexStringLower(o.Sha512), cancellationToken);
        var last = (await session.Rows.DestructionAcknowledgements.AsNoTracking().Where(a => a.Escrow == row.Escrow && ids.Contains(a.OrderId)).ToListAsync(cancellationToken))
            .GroupBy(a => a.OrderId).ToDictionary(g => g.Key, g => g.MaxBy(a => a.ReportNumber)!);
        foreach (var word in report.Orders.DistinctBy(o => o.Order))
        {
            if (!known.TryGetValue(word.Order, out var sha512) || (word.Sha512 != sha512 && (word.Sha512 is not null || word.State != DestructionState.Refused))) continue;
            var until = word.Until?.ToUniversalTime();
            if (last.TryGetValue(word.Order, out var before) && (before.State, before.Destroyed, before.Until) == (word.State, word.Destroyed, until)) continue;
            session.Rows.DestructionAcknowledgements.Add(new DestructionAcknowledgement
            {
                OrderId = word.Order, Escrow = row.Escrow, ReportNumber = row.Number, ReportId = row.Id, State = word.State, Destroyed = word.Destroyed, Until = until, At = row.ReceivedAt,
            });
            session.Audit(sender, null, "disposal.acknowledged", "destructionOrder", word.Order.ToString(), new { escrow = row.Escrow, report.Number, word.State, word.Destroyed, word.Until });
        }
    }

    // The escrow whose certificate signed these bytes.
    private string? SignerOf(byte[] body, byte[] signature, DateTimeOffset now)
    {
        using var signer = DetachedSeal.SignerOf(body, signature);
        return signer is null ? null : options.Value.EscrowCopies.FirstOrDefault(e => IsOf(e, signer, now))?.Name;
    }

    private static bool IsOf(EscrowCopyOptions escrow, X509Certificate2 signer, DateTimeOffset now)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(escrow.CertificateFile));
        return DetachedSeal.IsIt(certificate, signer, now);
    }
}
