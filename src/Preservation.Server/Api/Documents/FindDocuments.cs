using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api.Packages;

namespace Preservation.Server.Api.Documents;

/// <summary><c>GET /documents</c>: exact look-up by number, notation, date of issue and issuer.</summary>
internal static class FindDocuments
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/documents", HandleAsync).Produces<Page<DocumentView>>().For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(
        CallerAccess access, string? number, string? notation, DateOnly? date, string? issuer, string? code, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<DocumentView>.Size(limit);
        var rows = await session.Rows.Documents.AsNoTracking()
            .Where(d => d.VersionUntil == null && (number == null || d.Number == number) && (notation == null || d.Notation == notation) && (issuer == null || d.Issuer == issuer)
                && (code == null || d.Code == code) && (date == null || (d.IssuedFrom <= date && d.IssuedUntil >= date)) && (after == null || d.Id > after))
            .OrderBy(d => d.Id).Take(size + 1)
            .Select(d => new DocumentView(d.Id, d.PackageId, d.Code, d.Number, d.Notation, d.IssuedText, d.Issuer, d.Type, d.Abstract,
                session.Rows.DocumentFiles.Where(f => f.DocumentId == d.Id).Join(session.Rows.Files.Where(f => f.VersionUntil == null), f => f.FileId, f => f.Id, (_, f) => f.LogicalPath).ToList()))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<DocumentView>.Of(rows, size, d => d.Id.ToString()));
    }

    private sealed record DocumentView(
        Guid Id, Guid PackageId, string Code, string? Number, string? Notation, string? Issued, string? Issuer, string? Type, string? Abstract, IReadOnlyList<string> Files);
}
