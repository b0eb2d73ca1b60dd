using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages</c>, one of them, its versions and files.</summary>
internal static class ReadPackages
{
    internal static readonly Role[] Readers = [Role.Producer, Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.ReferenceArchivist, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/packages", ListAsync).Produces<Page<PackageRow>>().For(Readers);
        routes.MapGet("/packages/{id:guid}", GetAsync).Produces<PackageView>().For(Readers);
        routes.MapGet("/packages/{id:guid}/versions", VersionsAsync).Produces<Page<PackageVersionView>>().For(Readers);
        routes.MapGet("/packages/{id:guid}/files", FilesAsync).Produces<Page<FileView>>().For(Readers);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, string? alias, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<PackageRow>.Size(limit);
        var rows = await session.Rows.Packages.AsNoTracking()
            .Where(p => (before == null || p.Id < before) && (alias == null || session.Rows.PackageAliases.Any(a => a.PackageId == p.Id && a.Code == alias)))
            .OrderByDescending(p => p.Id).Take(size + 1)
            .Select(p => new PackageRow(p.Id, p.Title, p.Kind, p.ProducerId, p.HeadVersion, p.PreservedAt, p.Files, p.Bytes))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<PackageRow>.Of(rows, size, p => p.Id.ToString()));
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var p = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(x => x.Id == id, cancellationToken);
        if (p is null) return Problems.NotFound();
        var aliases = await session.Rows.PackageAliases.Where(a => a.PackageId == id).OrderBy(a => a.Scheme).ThenBy(a => a.Code)
            .Select(a => new AliasView(a.Scheme, a.Code)).Take(Page<AliasView>.MaxSize).ToListAsync(cancellationToken);
        var copies = await session.Rows.PackageCopies.Where(c => c.PackageId == id).OrderBy(c => c.Store)
            .Join(session.Rows.Stores, c => c.Store, s => s.Name, (c, s) => new { c.Store, s.Kind, c.State, c.Version, c.VerifiedAt, c.LastReadAt, c.LastResult, s.FailureDomain })
            .ToListAsync(cancellationToken);
        session.Audit(access.Caller.PrincipalId, p.ProducerId, "package.read", "package", id.ToString(), new { p.Title });
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(new PackageView($"urn:uuid:{id}", id, p.Title, p.Kind, p.SubmissionId, p.ProducerId, p.CustodianId, p.FondsId, p.HeadVersion,
            p.PreservedAt, p.Files, p.Bytes, p.AccessMode, p.RetentionCode, p.RetentionBasis, p.RetentionEnd, p.Waiver, aliases,
            [.. copies.Select(c => new CopyView(c.Store, c.Kind, c.State, c.Version, c.VerifiedAt, c.LastReadAt, c.LastResult, JsonDocument.Parse(c.FailureDomain).RootElement))]));
    }

    private static async Task<IResult> VersionsAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Packages.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        var rows = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == id).OrderBy(v => v.Version).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<PackageVersionView>([.. rows.Select(v => new PackageVersionView(v.Version, v.CreatedAt, v.SubmissionId, v.Message, Convert.ToHexStringLower(v.InventorySha512)))], null));
    }

    private static async Task<IResult> FilesAsync(Guid id, CallerAccess access, int? version, long? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Packages.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        var size = Page<FileView>.Size(limit);
        var rows = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == id && (version == null ? f.VersionUntil == null : f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version)) && (after == null || f.Id > after))
            .OrderBy(f => f.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<FileView>.Of([.. rows.Select(f => new FileView(f.Id, f.LogicalPath, f.Bytes, Convert.ToHexStringLower(f.Sha256), Convert.ToHexStringLower(f.Sha512), f.Puid, f.Format, f.MediaType))],
            size, f => f.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private sealed record PackageRow(Guid Id, string Title, string Kind, Guid ProducerId, int HeadVersion, DateTimeOffset PreservedAt, int Files, long Bytes);

    private sealed record PackageView(
        string Urn, Guid Id, string Title, string Kind, Guid SubmissionId, Guid ProducerId, Guid CustodianId, Guid? FondsId, int HeadVersion, DateTimeOffset PreservedAt,
        int Files, long Bytes, string? AccessMode, string? RetentionCode, string? RetentionBasis, DateOnly? RetentionEnd, string? Waiver,
        IReadOnlyList<AliasView> Aliases, IReadOnlyList<CopyView> Copies);

    private sealed record AliasView(string Scheme, string Code);

    private sealed record CopyView(string Store, string Kind, CopyState State, int Version, DateTimeOffset VerifiedAt, DateTimeOffset LastReadAt, FixityOutcome LastResult, JsonElement FailureDomain);

    private sealed record PackageVersionView(int Version, DateTimeOffset CreatedAt, Guid? Submission, string Message, string InventorySha512);

    private sealed record FileView(long Id, string Path, long Bytes, string Sha256, string Sha512, string? Puid, string? Format, string? MediaType);
}
