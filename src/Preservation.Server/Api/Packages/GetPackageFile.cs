using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages/{id}/files/{path}</c>: the file as preserved, whole or a range, from any store that has it.</summary>
internal static class GetPackageFile
{
    internal static readonly Role[] ContentReaders = [Role.Producer, Role.IngestArchivist, Role.Approver, Role.ReferenceArchivist];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/packages/{id:guid}/files/{**path}", HandleAsync).Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").For(ContentReaders);

    private static async Task<IResult> HandleAsync(Guid id, string path, int? version, HttpRequest request, CallerAccess access, PackageContent content, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var file = await session.Rows.Files.AsNoTracking().SingleOrDefaultAsync(f => f.PackageId == id && f.LogicalPath == path
            && (version == null ? f.VersionUntil == null : f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version)), cancellationToken);
        if (file is null) return Problems.NotFound();
        session.Audit(access.Caller.PrincipalId, access.Caller.AgencyId, "file.read", "package", id.ToString(), new { path, version });
        await session.CommitAsync(cancellationToken);
        if (!TryRange(request, file.Bytes, out var range)) return Problems.Of(StatusCodes.Status416RangeNotSatisfiable, "range", $"The file has {file.Bytes} bytes.");
        return new FileAnswer(await content.OpenAsync(file, range, cancellationToken), file, range);
    }

    private static bool TryRange(HttpRequest request, long length, out (long From, long Length)? range)
    {
        range = null;
        if (request.GetTypedHeaders().Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }) return true; // several ranges may be answered whole (RFC 9110 §14.2)
        var asked = ranges.First();
        var from = asked.From ?? Math.Max(0, length - (asked.To ?? 0));
        var to = asked.From is null ? length - 1 : Math.Min(asked.To ?? length - 1, length - 1);
        if (from > to || from >= length) return false;
        range = (from, to - from + 1);
        return true;
    }

    private sealed class FileAnswer(Stream stream, StoredFile file, (long From, long Length)? range) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var _ = stream;
            var response = httpContext.Response;
            response.StatusCode = range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
            // Foreign content is never shown in our own origin: it is a download, and no sniffing.
            response.ContentType = file.MediaType ?? "application/octet-stream";
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = file.LogicalPath[(file.LogicalPath.LastIndexOf('/') + 1)..] }.ToString();
            response.Headers.AcceptRanges = "bytes";
            response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(file.Sha256)}:, sha-512=:{Convert.ToBase64String(file.Sha512)}:";
            response.Headers.ETag = $"\"{Convert.ToHexStringLower(file.Sha256)}\"";
            response.ContentLength = range?.Length ?? file.Bytes;
            if (range is { } r) response.Headers.ContentRange = $"bytes {r.From}-{r.From + r.Length - 1}/{file.Bytes}";
            await stream.CopyToAsync(response.Body, httpContext.RequestAborted);
        }
    }
}
