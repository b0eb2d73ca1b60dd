using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Api.Submissions;

/// <summary>
/// <c>POST /submissions</c>: multipart with the fields <c>agreement</c>, <c>sha256</c> (of the package, hexadecimal), optionally
/// <c>recordStatus</c>, <c>registrationCode</c> and <c>packageSignature</c> (a detached CMS), then the file <c>package</c>. Fields come before
/// the file. Or JSON with the same fields and <c>upload</c>, the id of an upload that is complete. 202 is answered only when the bytes are safe and
/// agree with the sender's digest.
/// </summary>
internal static class CreateSubmission
{
    private const int MaxFieldBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/submissions", HandleAsync).For(Role.Producer).DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute())
            .WithSummary("Sends a package (multipart/form-data, fields before the file), or makes a submission of a complete upload (application/json)")
            .Accepts<UploadedPackage>("application/json", "multipart/form-data").Produces(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(HttpRequest request, PackageTaking taking, UploadTaking uploads, CancellationToken cancellationToken)
    {
        if (request.HasJsonContentType()) return await TakeUploadAsync(request, uploads, cancellationToken);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "multipartExpected", "Send multipart/form-data, or application/json that names an upload.");
        var reader = new MultipartReader(boundary, request.Body) { HeadersLengthLimit = 16 * 1024 };
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (name == "package") return await ReceiveAsync(section, disposition, fields, taking, cancellationToken);
            if (fields.Count >= 16) return Problems.Invalid(name, "too many fields");
            if (await ReadFieldAsync(section.Body, cancellationToken) is not { } value) return Problems.Invalid(name, $"longer than {MaxFieldBytes} bytes");
            fields[name] = value;
        }
        return Problems.Invalid("package", "the file is missing");
    }

    private static async Task<IResult> ReceiveAsync(
        MultipartSection section, ContentDispositionHeaderValue disposition, Dictionary<string, string> fields, PackageTaking taking, CancellationToken cancellationToken)
    {
        var said = new UploadedPackage(Guid.Empty, fields.GetValueOrDefault("sha256"))
        {
            Agreement = fields.GetValueOrDefault("agreement"), RecordStatus = fields.GetValueOrDefault("recordStatus"), RegistrationCode = fields.GetValueOrDefault("registrationCode"),
            PackageSignature = fields.GetValueOrDefault("packageSignature"),
        };
        var (package, refusal) = Offered(said, PackageName.Of(disposition));
        return refusal ?? Say(await taking.TakeAsync(section.Body, package!, Answer, cancellationToken), package!);
    }

    private static async Task<IResult> TakeUploadAsync(HttpRequest request, UploadTaking uploads, CancellationToken cancellationToken)
    {
        UploadedPackage? said;
        try
        {
            var buffer = new byte[MaxFieldBytes * 2];
            var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (length == buffer.Length) return Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"The document may have at most {MaxFieldBytes * 2} bytes.");
            said = JsonSerializer.Deserialize<UploadedPackage>(buffer.AsSpan(0, length), UploadedPackage.Json);
        }
        catch (JsonException e)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "badRequest", "The request could not be read.", e.Message);
        }
        if (said is null || said.Upload == Guid.Empty) return Problems.Invalid("upload", "the id of an upload");
        var (package, refusal) = Offered(said, said.FileName is null ? "" : PackageName.Clean(said.FileName));
        return refusal ?? Say(await uploads.TakeAsync(said.Upload, package!, Answer, cancellationToken), package!);
    }

    private static (OfferedPackage? Package, IResult? Refusal) Offered(UploadedPackage said, string name)
    {
        if (!Digest.TryParse(DigestAlgorithm.Sha256, said.Sha256, out var promised)) return (null, Problems.Invalid("sha256", "64 hexadecimal digits; in a form, before the file"));
        var recordStatus = said.RecordStatus ?? "NEW";
        if (!Reception.IsRecordStatus(recordStatus)) return (null, Problems.Invalid("recordStatus", "NEW, SUPPLEMENT, REPLACEMENT or TEST"));
        if (!TrySignature(said.PackageSignature, out var signature)) return (null, Problems.Invalid("packageSignature", "base64 of a detached CMS signature"));
        return (new OfferedPackage(name, promised, recordStatus) { Agreement = said.Agreement, RegistrationCode = said.RegistrationCode, PackageSignature = signature }, null);
    }

    private static IResult Say(TakingOutcome outcome, OfferedPackage package) => outcome switch
    {
        TakingOutcome.Answered answered => answered.Answer,
        TakingOutcome.NoAgreement => Problems.Invalid("agreement", "name the code of an agreement that is in force for you"),
        TakingOutcome.OtherBytes other => Problems.Of(StatusCodes.Status422UnprocessableEntity, "digestMismatch", "The bytes that arrived are not those you announced; no submission was made.",
            $"announced {package.Promised!.Hex}, arrived {other.Arrived.Hex} ({other.Bytes} bytes)"),
        TakingOutcome.TooLarge large => Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"A package may have at most {large.MaxBytes} bytes."),
        TakingOutcome.NoUpload => Problems.NotFound(),
        TakingOutcome.UploadIncomplete part => Problems.Of(StatusCodes.Status409Conflict, "uploadIncomplete", "Bytes of the upload are still to come.", $"{part.Received} of {part.Length} bytes are here"),
        TakingOutcome.UploadBusy => Problems.Of(StatusCodes.Status423Locked, "uploadBusy", "Another request has the upload; try again."),
        TakingOutcome.UploadTaken taken => Problems.Of(StatusCodes.Status409Conflict, "uploadTaken", "A submission was made of this upload.", $"/api/v1/submissions/{taken.Submission}"),
        _ => throw new InvalidOperationException("an outcome without an answer"),
    };

    private static (int, string?, object) Answer(Submission submission) => (StatusCodes.Status202Accepted, $"/api/v1/submissions/{submission.Id}",
        new { submission = submission.Id, state = submission.State, receipt = $"/api/v1/submissions/{submission.Id}/receipts/bytesReceived" });

    private static bool TrySignature(string? text, out byte[]? signature)
    {
        signature = null;
        if (text is null) return true;
        var buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, buffer, out var length)) return false;
        signature = buffer[..length];
        return true;
    }

    private static async Task<string?> ReadFieldAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxFieldBytes ? null : Encoding.UTF8.GetString(buffer, 0, length).Trim();
    }
}
