using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Api.Uploads;

/// <summary><c>POST /uploads</c>: begins an upload, and takes its first bytes if there are any. An Idempotency-Key is heeded, though tus clients know none.</summary>
internal static class CreateUpload
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/uploads", HandleAsync).For(Role.Producer).AddEndpointFilter(TusProtocol.RequireVersionAsync).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("Begins an upload: 201 with its address in Location; a body of application/offset+octet-stream is its first piece")
            .Produces(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415).ProducesProblem(429).ProducesProblem(Tus.ChecksumMismatch);

    private static async Task<IResult> HandleAsync(
        HttpContext http, CallerAccess access, UploadRegister register, PieceReading pieces, IOptions<PreservationOptions> options, [FromHeader(Name = Tus.UploadLength)] string? uploadLength,
        [FromHeader(Name = Tus.UploadMetadata)] string? uploadMetadata, [FromHeader(Name = Tus.UploadChecksum)] string? uploadChecksum, CancellationToken cancellationToken)
    {
        if (http.Request.Headers.ContainsKey(Tus.UploadDeferLength) || http.Request.Headers.ContainsKey(Tus.UploadConcat)) return Problems.Invalid(Tus.UploadLength, $"the extensions offered are {Tus.Extensions}");
        if (!Tus.TryNumber(uploadLength, out var length)) return Problems.Invalid(Tus.UploadLength, "the number of bytes of the whole upload");
        if (!TusMetadata.TryParse(uploadMetadata, out var metadata)) return Problems.Invalid(Tus.UploadMetadata, "pairs of a key and a value in base64, each key once, at most 4,096 characters");
        var largest = options.Value.Staging.MaxUploadBytes;
        if (length > largest) return Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"An upload may have at most {largest} bytes.");
        if (PieceReading.Refuse(http.Request, uploadChecksum, mayBeEmpty: true) is { } refusal) return refusal;

        var isRepeatable = http.Request.Headers.ContainsKey("Idempotency-Key");
        var digest = access.DigestOf($"{length}\n{metadata.Text}");
        if (isRepeatable && await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        Upload upload;
        IResult answer;
        await using (var session = await access.BeginAsync(cancellationToken))
        {
            if (await AgencyAsync(session, metadata.Agreement, cancellationToken) is not { } agency) return Problems.Invalid(Tus.UploadMetadata, "agreement: the code of an agreement that is in force for you");
            switch (await register.OpenAsync(session, agency, access.Caller.PrincipalId, length, metadata.Text, metadata.FileName, cancellationToken))
            {
                case OpeningOutcome.TooMany many: return Problems.Of(StatusCodes.Status429TooManyRequests, "tooManyUploads", $"Your agency has {many.Most} uploads open: finish or delete some.");
                case OpeningOutcome.TooMuch much: return Problems.Of(StatusCodes.Status429TooManyRequests, "tooMuchUploading", $"The open uploads of your agency may announce {much.MostBytes} bytes together: finish or delete some.");
                case OpeningOutcome.Opened opened: upload = opened.Upload; break;
                default: throw new InvalidOperationException("an outcome without an answer");
            }
            var address = $"/api/v1/uploads/{upload.Id}";
            if (isRepeatable) answer = await access.CommitAsync(session, digest, StatusCodes.Status201Created, address, new { upload = upload.Id }, cancellationToken);
            else
            {
                await session.CommitAsync(cancellationToken);
                answer = TypedResults.Created(address);
            }
        }
        http.Response.Headers[Tus.UploadExpires] = Tus.Date(upload.ExpiresAt);
        if (!PieceReading.HasPiece(http.Request)) return answer;
        if (await pieces.AppendAsync(http, upload.Id, 0, uploadChecksum, cancellationToken) is { } problem)
        {
            await register.EndAsync(access.Scope, upload.Id, UploadState.Terminated, CancellationToken.None);
            return problem;
        }
        return answer;
    }

    // Who sends for one agency need not say which.
    private static async Task<Guid?> AgencyAsync(CatalogueSession session, string? agreement, CancellationToken cancellationToken)
    {
        if (agreement is null && session.Scope is { Everything: false, Agencies.Count: 1 }) return session.Scope.Agencies.Single();
        return (await Reception.AgreementInForceAsync(session, agreement, cancellationToken))?.Agreement.AgencyId;
    }
}
