using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Packages.Premis;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages/{id}/provenance</c>: everything that happened to a package, as PREMIS 3 or JSON, with its audit entries.</summary>
internal static class GetProvenance
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/packages/{id:guid}/provenance", HandleAsync).Produces<ProvenanceView>(StatusCodes.Status200OK, "application/json", "application/xml").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(Guid id, string? format, HttpRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return Problems.NotFound();
        var provenance = await LoadAsync(session, package, cancellationToken);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "provenance.read", "package", id.ToString(), new { format });
        await session.CommitAsync(cancellationToken);
        if (format == "premis" || (format is null && request.GetTypedHeaders().Accept.Any(a => a.MediaType == "application/xml")))
            return TypedResults.Bytes(Premis(package, provenance.Events), "application/xml", $"provenance-{id}.xml");
        return TypedResults.Ok(provenance);
    }

    internal static async Task<ProvenanceView> LoadAsync(CatalogueSession session, Package package, CancellationToken cancellationToken)
    {
        var submissions = await session.Rows.PackageVersions.Where(v => v.PackageId == package.Id && v.SubmissionId != null).OrderBy(v => v.Version).Select(v => v.SubmissionId!.Value).ToListAsync(cancellationToken);
        var events = await session.Rows.PremisEvents.AsNoTracking().Where(e => e.PackageId == package.Id || (e.SubmissionId != null && submissions.Contains(e.SubmissionId.Value)))
            .OrderBy(e => e.At).ThenBy(e => e.Id).Select(e => new EventView(e.Id, e.Type, e.At, e.Outcome, e.Detail, e.Agent)).ToListAsync(cancellationToken);
        // A decision on a whole round has one entry, under its own id.
        var decisions = await session.Rows.DecisionSubmissions.Where(d => submissions.Contains(d.SubmissionId)).Select(d => d.DecisionId).ToListAsync(cancellationToken);
        string[] subjects = [package.Id.ToString(), .. submissions.Concat(decisions).Select(s => s.ToString())];
        var entries = await session.Rows.AuditEntries.AsNoTracking().Where(e => subjects.Contains(e.SubjectId)).OrderBy(e => e.Id)
            .GroupJoin(session.Rows.AuditSeals, e => e.Id, s => s.EntryId, (e, s) => new { e, s }).SelectMany(x => x.s.DefaultIfEmpty(), (x, s) => new { x.e, s })
            .OrderBy(x => x.e.Id).ToListAsync(cancellationToken);
        var head = await session.Rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number).FirstOrDefaultAsync(cancellationToken);
        return new ProvenanceView($"urn:uuid:{package.Id}", package.Title, package.SubmissionId, events,
            [.. entries.Select(x => new AuditView(x.e.Id, x.e.At, x.e.Action, Convert.ToHexStringLower(x.e.DetailDigest), x.s?.Sequence))],
            head is null ? null : new HeadView(head.TreeSize, Convert.ToHexStringLower(head.Head), head.SealedAt));
    }

    internal static byte[] Premis(Package package, IReadOnlyList<EventView> events)
    {
        var entity = new PremisIdentifier("URI", $"urn:uuid:{package.Id}");
        var agents = events.Select(e => e.Agent).Distinct().Select(a => new PremisAgent(new PremisIdentifier("local", a), a, a.StartsWith("preservation-server", StringComparison.Ordinal) || a.StartsWith("ClamAV", StringComparison.Ordinal) ? "software" : "person"));
        var document = new PremisDocument
        {
            Objects = [new PremisObject { Category = PremisObjectCategory.IntellectualEntity, Identifiers = [entity], OriginalName = package.Title }],
            Events = [.. events.Select(e => new Preservation.Packages.Premis.PremisEvent
            {
                Identifier = new PremisIdentifier("UUID", e.Id.ToString()), Type = e.Type, DateTime = e.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture),
                Detail = e.Detail, Outcome = e.Outcome, Agents = [new PremisLink(new PremisIdentifier("local", e.Agent), ["implementer"])], Objects = [new PremisLink(entity, ["source"])],
            })],
            Agents = [.. agents],
        };
        return PremisWriter.ToBytes(document);
    }

    internal sealed record ProvenanceView(string Package, string Title, Guid Submission, IReadOnlyList<EventView> Events, IReadOnlyList<AuditView> AuditEntries, HeadView? Head);

    internal sealed record EventView(Guid Id, string Type, DateTimeOffset At, string Outcome, string? Detail, string Agent);

    internal sealed record AuditView(long Entry, DateTimeOffset At, string Action, string DetailDigest, long? Sequence);

    internal sealed record HeadView(long TreeSize, string Head, DateTimeOffset SealedAt);
}
