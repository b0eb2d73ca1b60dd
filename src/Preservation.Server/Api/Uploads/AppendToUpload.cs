using Microsoft.AspNetCore.Mvc;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Uploads;

/// <summary><c>PATCH /uploads/{id}</c>: the next bytes of an upload.</summary>
internal static class AppendToUpload
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPatch("/uploads/{id:guid}", HandleAsync).For(Role.Producer).AddEndpointFilter(TusProtocol.RequireVersionAsync).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("Adds bytes (application/offset+octet-stream) at Upload-Offset: 204 with the new Upload-Offset when they are on the medium; with Upload-Checksum all of them count or none")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415)
            .ProducesProblem(423).ProducesProblem(Tus.ChecksumMismatch);

    private static async Task<IResult> HandleAsync(
        Guid id, HttpContext http, PieceReading pieces, [FromHeader(Name = Tus.UploadOffset)] string? uploadOffset, [FromHeader(Name = Tus.UploadChecksum)] string? uploadChecksum, CancellationToken cancellationToken)
    {
        if (PieceReading.Refuse(http.Request, uploadChecksum, mayBeEmpty: false) is { } refusal) return refusal;
        if (!Tus.TryNumber(uploadOffset, out var offset)) return Problems.Invalid(Tus.UploadOffset, "where the bytes belong: what HEAD answers");
        return await pieces.AppendAsync(http, id, offset, uploadChecksum, cancellationToken) ?? TypedResults.NoContent();
    }
}
