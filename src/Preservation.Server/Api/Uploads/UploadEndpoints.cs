using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Api.Uploads;

/// <summary>
/// <c>/uploads</c>: packages in pieces over a line that breaks, by the protocol tus 1.0.0 with creation, creation-with-upload, checksum, expiration and termination.
/// <c>POST /submissions</c> makes a submission of a complete one.
/// </summary>
internal static class UploadEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/uploads", ListAsync).Produces<Page<UploadRow>>().For(Role.Producer).WithSummary("The caller's uploads that are open, newest first");
        routes.MapMethods("/uploads", ["OPTIONS"], Offer).Produces(StatusCodes.Status204NoContent).For(Role.Producer).WithSummary("Which version and extensions of tus are spoken, and how large an upload may be");
        CreateUpload.Map(routes);
        AppendToUpload.Map(routes);
        routes.MapMethods("/uploads/{id:guid}", ["HEAD"], LookAsync).For(Role.Producer).AddEndpointFilter(TusProtocol.RequireVersionAsync)
            .WithSummary("Where the next byte belongs (Upload-Offset): only what is on the medium counts");
        routes.MapDelete("/uploads/{id:guid}", TerminateAsync).Produces(StatusCodes.Status204NoContent).For(Role.Producer).AddEndpointFilter(TusProtocol.RequireVersionAsync).WithSummary("Gives an upload up and frees its bytes");
    }

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var (size, now, caller) = (Page<UploadRow>.Size(limit), session.Now, access.Caller.PrincipalId);
        var rows = await session.Rows.Uploads.AsNoTracking()
            .Where(u => u.CreatedBy == caller && u.State == UploadState.Open && u.ExpiresAt > now && (before == null || u.Id < before))
            .OrderByDescending(u => u.Id).Take(size + 1).Select(u => new UploadRow(u.Id, u.AgencyId, u.FileName, u.Length, u.Received, u.CreatedAt, u.ExpiresAt)).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<UploadRow>.Of(rows, size, u => u.Id.ToString()));
    }

    private static NoContent Offer(HttpResponse response, IOptions<PreservationOptions> options)
    {
        response.Headers["Tus-Version"] = Tus.Version;
        response.Headers["Tus-Extension"] = Tus.Extensions;
        response.Headers["Tus-Max-Size"] = options.Value.Staging.MaxUploadBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["Tus-Checksum-Algorithm"] = Tus.ChecksumNames;
        return TypedResults.NoContent();
    }

    private static async Task<IResult> LookAsync(Guid id, CallerAccess access, UploadRegister register, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        var upload = await register.FindAsync(access.Scope, access.Caller.PrincipalId, id, cancellationToken);
        if (upload is null) return Problems.NotFound();
        if (upload.State is not (UploadState.Open or UploadState.Taken)) return Ended();
        response.Headers[Tus.UploadOffset] = upload.Received.ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers[Tus.UploadLength] = upload.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (upload.Metadata.Length > 0) response.Headers[Tus.UploadMetadata] = upload.Metadata;
        if (upload.State == UploadState.Open) response.Headers[Tus.UploadExpires] = Tus.Date(upload.ExpiresAt);
        return TypedResults.Ok();
    }

    private static async Task<IResult> TerminateAsync(Guid id, CallerAccess access, UploadRegister register, UploadParts parts, CancellationToken cancellationToken)
    {
        var upload = await register.FindAsync(access.Scope, access.Caller.PrincipalId, id, cancellationToken);
        if (upload is null) return Problems.NotFound();
        if (upload.State == UploadState.Taken) return Problems.Conflict("uploadTaken", $"The upload is the submission {upload.SubmissionId}.");
        if (upload.State != UploadState.Open) return Ended();
        using var part = parts.TryOpen(id);
        if (part is null) return Busy();
        if (!await register.EndAsync(access.Scope, id, UploadState.Terminated, cancellationToken)) return Ended();
        part.Remove();
        return TypedResults.NoContent();
    }

    /// <summary>It was given up, expired, or its bytes were lost.</summary>
    public static IResult Ended() => Problems.Of(StatusCodes.Status410Gone, "uploadEnded", "The upload has ended; begin a new one.");

    /// <summary>Two writers at once are one too many.</summary>
    public static IResult Busy() => Problems.Of(StatusCodes.Status423Locked, "uploadBusy", "Another request is writing to this upload; ask where it stands and go on then.");

    private sealed record UploadRow(Guid Id, Guid AgencyId, string FileName, long Length, long Received, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
}
