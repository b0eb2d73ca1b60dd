using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Api.Submissions;

/// <summary>
/// <c>POST /submissions</c>: multipart with the fields <c>agreement</c>, <c>sha256</c> (of the package, hexadecimal), optionally
/// <c>recordStatus</c>, <c>registrationCode</c> and <c>packageSignature</c> (a detached CMS), then the file <c>package</c>. Fields come before
/// the file. 202 is answered only when the bytes are safe and agree with the sender's digest.
/// </summary>
internal static class CreateSubmission
{
    private const int MaxFieldBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/submissions", HandleAsync).For(Role.Producer).DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());

    private static async Task<IResult> HandleAsync(HttpRequest request, PackageTaking taking, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "multipartExpected", "Send multipart/form-data.");
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
        if (!Digest.TryParse(DigestAlgorithm.Sha256, fields.GetValueOrDefault("sha256"), out var promised)) return Problems.Invalid("sha256", "64 hexadecimal digits, before the file");
        var recordStatus = fields.GetValueOrDefault("recordStatus", "NEW");
        if (!Reception.IsRecordStatus(recordStatus)) return Problems.Invalid("recordStatus", "NEW, SUPPLEMENT, REPLACEMENT or TEST");
        if (!TrySignature(fields, out var packageSignature)) return Problems.Invalid("packageSignature", "base64 of a detached CMS signature");
        var package = new OfferedPackage(FileName(disposition), promised, recordStatus)
        {
            Agreement = fields.GetValueOrDefault("agreement"), RegistrationCode = fields.GetValueOrDefault("registrationCode"), PackageSignature = packageSignature,
        };
        var outcome = await taking.TakeAsync(section.Body, package, Answer, cancellationToken);
        return outcome switch
        {
            TakingOutcome.Answered answered => answered.Answer,
            TakingOutcome.NoAgreement => Problems.Invalid("agreement", "name the code of an agreement that is in force for you"),
            TakingOutcome.OtherBytes other => Problems.Of(StatusCodes.Status422UnprocessableEntity, "digestMismatch", "The bytes that arrived are not those you announced; nothing was kept.",
                $"announced {promised.Hex}, arrived {other.Arrived.Hex} ({other.Bytes} bytes)"),
            TakingOutcome.TooLarge large => Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"A package may have at most {large.MaxBytes} bytes."),
            _ => throw new InvalidOperationException("an outcome without an answer"),
        };

        static (int, string?, object) Answer(Submission submission) => (StatusCodes.Status202Accepted, $"/api/v1/submissions/{submission.Id}",
            new { submission = submission.Id, state = submission.State, receipt = $"/api/v1/submissions/{submission.Id}/receipts/bytesReceived" });
    }

    internal static string FileName(ContentDispositionHeaderValue disposition)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "package";
        name = new string([.. name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))]);
        return name.Length is > 0 and <= 255 ? name : "package";
    }

    private static bool TrySignature(Dictionary<string, string> fields, out byte[]? signature)
    {
        signature = null;
        if (!fields.TryGetValue("packageSignature", out var text)) return true;
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
