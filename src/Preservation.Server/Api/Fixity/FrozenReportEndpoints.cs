using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Fixity;

namespace Preservation.Server.Api.Fixity;

/// <summary>Fixity reports that were made once, sealed and kept.</summary>
internal static class FrozenReportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fixity/reports", FrozenAsync).Produces<Page<FrozenView>>().For(FixityEndpoints.Readers);
        routes.MapPost("/fixity/reports", FreezeAsync).Produces(StatusCodes.Status201Created).For(Role.PreservationOfficer);
        routes.MapGet("/fixity/reports/{id:guid}/{part}", PartAsync).Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").For(FixityEndpoints.Readers);
        routes.MapGet("/fixity/reports/{id:guid}/{part}/seal", PartSealAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pkcs7-signature").For(FixityEndpoints.Readers);
    }

    private static async Task<IResult> FreezeAsync(FreezeRequest request, CallerAccess access, FrozenReports reports, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        try
        {
            var made = await reports.MakeAsync(session, FixityEndpoints.StartOf(request.Since), access.Caller.PrincipalId, access.Caller.Name, cancellationToken);
            return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/fixity/reports/{made.Id}", new { made.Id, made.MadeAt }, cancellationToken);
        }
        catch (FontMissingException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "fontMissing", e.Message);
        }
    }

    private static async Task<IResult> FrozenAsync(CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<FrozenView>.Size(limit);
        var rows = await session.Rows.FrozenDocuments.AsNoTracking().Where(d => d.Kind == FrozenReports.Kind && (before == null || d.Id < before)).OrderByDescending(d => d.Id).Take(size + 1).ToListAsync(cancellationToken);
        var views = new List<FrozenView>();
        foreach (var row in rows)
            views.Add(new FrozenView(row.Id, row.MadeAt, row.MadeBy, await session.Rows.FrozenDocumentParts.Where(p => p.DocumentId == row.Id).OrderBy(p => p.Name).Select(p => new FrozenPartView(p.Name, p.MediaType, Convert.ToHexStringLower(p.Sha512), p.AddedBy)).ToListAsync(cancellationToken)));
        return TypedResults.Ok(Page<FrozenView>.Of(views, size, d => d.Id.ToString()));
    }

    private static Task<IResult> PartAsync(Guid id, string part, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, part, access, p => (p.Body, p.MediaType, p.Name), cancellationToken);

    private static Task<IResult> PartSealAsync(Guid id, string part, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, part, access, p => (p.Seal, "application/pkcs7-signature", p.Name + ".p7s"), cancellationToken);

    private static async Task<IResult> ServeAsync(Guid id, string part, CallerAccess access, Func<FrozenDocumentPart, (byte[], string, string)> of, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var found = await session.Rows.FrozenDocumentParts.AsNoTracking().SingleOrDefaultAsync(p => p.DocumentId == id && p.Name == part, cancellationToken);
        if (found is null) return Problems.NotFound();
        var (body, type, name) = of(found);
        return TypedResults.File(body, type, name);
    }

    private sealed record FreezeRequest(DateOnly? Since = null);

    private sealed record FrozenView(Guid Id, DateTimeOffset MadeAt, Guid? MadeBy, IReadOnlyList<FrozenPartView> Parts);

    private sealed record FrozenPartView(string Name, string MediaType, string Sha512, Guid? AddedBy);
}
