using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Verdicts;

namespace Preservation.Server.Api.Terms;

/// <summary>Minutes and list of a round as they were made, their seals, and the versions that persons signed.</summary>
internal static class RoundDocumentEndpoints
{
    internal static readonly Role[] Signers = [Role.Producer, Role.IngestArchivist, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/registrations/{id:guid}/rounds/{number:int}/documents", ListAsync).Produces<DocumentsView>().For(RegistrationEndpoints.Readers);
        routes.MapGet("/registrations/{id:guid}/rounds/{number:int}/documents/{part}", PartAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pdf", "application/json", "application/pkcs7-signature").For(RegistrationEndpoints.Readers);
        routes.MapGet("/registrations/{id:guid}/rounds/{number:int}/documents/{part}/seal", SealAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pkcs7-signature").For(RegistrationEndpoints.Readers);
        routes.MapPost("/registrations/{id:guid}/rounds/{number:int}/documents/{part}/signed", SignedAsync).Produces(StatusCodes.Status201Created).For(Signers);
    }

    /// <summary>The document of a round; null when there is none (yet), or the caller does not see it.</summary>
    internal static Task<FrozenDocument?> FindAsync(CatalogueSession session, Guid registration, int number, CancellationToken cancellationToken) =>
        session.Rows.FrozenDocuments.AsNoTracking().SingleOrDefaultAsync(d => session.Rows.RegistrationRounds.Any(o => o.RegistrationId == registration && o.Number == number && o.MinutesId == d.Id), cancellationToken);

    /// <summary>One file of it.</summary>
    internal static async Task<FrozenDocumentPart?> FindPartAsync(CatalogueSession session, Guid registration, int number, string part, CancellationToken cancellationToken) =>
        await FindAsync(session, registration, number, cancellationToken) is { } document
            ? await session.Rows.FrozenDocumentParts.AsNoTracking().SingleOrDefaultAsync(p => p.DocumentId == document.Id && p.Name == part, cancellationToken) : null;

    /// <summary>What there is of a document, without the bytes; of signed versions their verdicts too.</summary>
    internal static async Task<List<PartView>> PartsAsync(CatalogueSession session, Guid document, CancellationToken cancellationToken)
    {
        var rows = await session.Rows.FrozenDocumentParts.AsNoTracking().Where(p => p.DocumentId == document).OrderBy(p => p.AddedAt).ThenBy(p => p.Name)
            .Select(p => new { p.Name, p.MediaType, Bytes = p.Body.Length, p.Sha512, p.AddedAt, By = session.Rows.Principals.Where(x => x.Id == p.AddedBy).Select(x => x.Name).FirstOrDefault(), Verdict = EF.Functions.Like(p.Name, "%.verdict.json") ? p.Body : null })
            .ToListAsync(cancellationToken);
        var verdicts = rows.Where(r => r.Verdict is not null).ToDictionary(r => r.Name[..^".verdict.json".Length], r => JsonSerializer.Deserialize<VerdictSummary>(r.Verdict!, AuditJson.Options));
        return [.. rows.Select(r => new PartView(r.Name, r.MediaType, r.Bytes, Convert.ToHexStringLower(r.Sha512), r.AddedAt, r.By,
            r.By is not null && r.Name[(r.Name.LastIndexOf('.') + 1)..] is "pdf" or "p7s" ? verdicts.GetValueOrDefault(r.Name[..r.Name.LastIndexOf('.')]) : null))];
    }

    /// <summary>Verifies and keeps what a person signed: the finding when it is refused, else the part. The download is read without a transaction, since revocation data may have to be asked for.</summary>
    internal static async Task<(Finding? Refusal, FrozenDocumentPart? Part)?> TakeAsync(
        CallerAccess access, SignedVersions versions, TimeProvider clock, Guid id, int number, string of, byte[] body, Func<CatalogueSession, FrozenDocumentPart, Task> commit, CancellationToken cancellationToken)
    {
        FrozenDocument document;
        FrozenDocumentPart frozen;
        await using (var session = await access.BeginAsync(cancellationToken))
        {
            if (await FindAsync(session, id, number, cancellationToken) is not { } found) return null;
            // What somebody added is signed no further: it would be another document.
            if (await session.Rows.FrozenDocumentParts.AsNoTracking().SingleOrDefaultAsync(p => p.DocumentId == found.Id && p.Name == of && p.AddedBy == null, cancellationToken) is not { } part) return null;
            (document, frozen) = (found, part);
        }
        var verified = await versions.VerifyAsync(frozen, body, clock.GetUtcNow(), cancellationToken);
        if (verified.Refusal is { } refusal) return (refusal, null);
        await using var keeping = await access.BeginAsync(cancellationToken);
        var kept = await versions.AddAsync(keeping, document, of, verified, access.Caller.PrincipalId, cancellationToken);
        await commit(keeping, kept);
        return (null, kept);
    }

    private static async Task<IResult> ListAsync(Guid id, int number, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        return await FindAsync(session, id, number, cancellationToken) is { } document
            ? TypedResults.Ok(new DocumentsView(id, number, document.Id, document.Title, document.MadeAt, await PartsAsync(session, document.Id, cancellationToken))) : Problems.NotFound();
    }

    private static Task<IResult> PartAsync(Guid id, int number, string part, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, number, part, access, p => (p.Body, p.MediaType, p.Name), cancellationToken);

    private static Task<IResult> SealAsync(Guid id, int number, string part, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, number, part, access, p => (p.Seal, "application/pkcs7-signature", p.Name + ".p7s"), cancellationToken);

    private static async Task<IResult> ServeAsync(Guid id, int number, string part, CallerAccess access, Func<FrozenDocumentPart, (byte[], string, string)> of, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await FindPartAsync(session, id, number, part, cancellationToken) is not { } found) return Problems.NotFound();
        var (body, type, name) = of(found);
        return TypedResults.File(body, type, name);
    }

    private static async Task<IResult> SignedAsync(Guid id, int number, string part, HttpRequest request, CallerAccess access, SignedVersions versions, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = SignedVersions.MaxBytes + 1;
        if (await ReadAsync(request.Body, cancellationToken) is not { } body) return Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", "A signed version has at most 32 MiB.");
        if (body.Length == 0) return Problems.Invalid("body", "the signed PDF, or a detached CMS signature over the document");
        var digest = access.DigestOf(DigestOf(body));
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        IResult? answer = null;
        var taken = await TakeAsync(access, versions, clock, id, number, part, body,
            async (session, kept) => answer = await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/registrations/{id}/rounds/{number}/documents/{kept.Name}", new { part = kept.Name, of = part, sha512 = Convert.ToHexStringLower(kept.Sha512) }, cancellationToken), cancellationToken);
        if (taken is null) return Problems.NotFound();
        return taken.Value.Refusal is { } f
            ? Problems.Of(StatusCodes.Status422UnprocessableEntity, "signedVersionRefused", "The signed version is not taken.", findings: new[] { new { f.Rule.Code, severity = "error", f.Rule.Clause, f.Path, f.Expected, f.Found, f.Message, f.Hint } }) : answer!;
    }

    /// <summary>The whole of a stream; null when it is larger than a signed version may be.</summary>
    internal static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var piece = new byte[1 << 16];
        while (await stream.ReadAsync(piece, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > SignedVersions.MaxBytes) return null;
            buffer.Write(piece, 0, read);
        }
        return buffer.ToArray();
    }

    private static string DigestOf(byte[] body) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));

    private sealed record DocumentsView(Guid Registration, int Round, Guid Id, string Title, DateTimeOffset MadeAt, IReadOnlyList<PartView> Parts);

    /// <summary>One file; <c>By</c> is null for what the service made.</summary>
    internal sealed record PartView(string Name, string MediaType, int Bytes, string Sha512, DateTimeOffset AddedAt, string? By, VerdictSummary? Verdict);
}
