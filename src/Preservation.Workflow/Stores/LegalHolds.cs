using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Stores;

/// <summary>Places and lifts legal holds. The register counts at once; <see cref="RollingRetention"/> carries it to every store that locks and reads it back.</summary>
public static class LegalHolds
{
    /// <summary>Places a hold; nothing of the package may be destroyed until every hold of it is lifted. Committed by the caller.</summary>
    /// <exception cref="ArgumentException">The reason is empty or longer than 2,000 characters.</exception>
    public static LegalHold Place(CatalogueSession session, Guid person, Package package, string reason)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(package);
        Check(reason);
        var hold = new LegalHold { Id = Guid.CreateVersion7(session.Now), PackageId = package.Id, Reason = reason, PlacedBy = person, PlacedAt = session.Now };
        session.Rows.LegalHolds.Add(hold);
        Tell(session, person, package, "hold.place", "legal hold placed", new { hold = hold.Id, reason });
        return hold;
    }

    /// <summary>Lifts a hold that another person placed. Committed by the caller.</summary>
    /// <returns>False when there is no such open hold, or it is the person's own.</returns>
    /// <exception cref="ArgumentException">The reason is empty or longer than 2,000 characters.</exception>
    public static async Task<bool> LiftAsync(CatalogueSession session, Guid person, Guid hold, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        Check(reason);
        var found = await session.Rows.LegalHolds.AsNoTracking().SingleOrDefaultAsync(h => h.Id == hold, cancellationToken);
        if (found is null) return false;
        await using (var lift = session.Command("UPDATE legal_hold SET released_by = $2, released_at = $3, release_reason = $4 WHERE id = $1 AND released_at IS NULL AND person_of(placed_by) <> person_of($2)", hold, person, session.Now, reason))
            if (await lift.ExecuteNonQueryAsync(cancellationToken) == 0) return false;
        Tell(session, person, await session.Rows.Packages.SingleAsync(p => p.Id == found.PackageId, cancellationToken), "hold.lift", "legal hold lifted", new { hold, reason });
        return true;
    }

    private static void Check(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > 2_000) throw new ArgumentException("at most 2,000 characters", nameof(reason));
    }

    private static void Tell(CatalogueSession session, Guid person, Package package, string action, string type, object detail)
    {
        session.Rows.PremisEvents.Add(new PremisEvent
        {
            Id = Guid.CreateVersion7(session.Now), Type = type, At = session.Now, Outcome = "success", AgencyId = package.ProducerId, PackageId = package.Id, Agent = Events.Software,
        });
        session.Audit(person, package.ProducerId, action, "package", package.Id.ToString(), detail);
    }
}
