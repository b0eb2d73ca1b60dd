using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages/{id}/verdicts</c>: every verdict on the package's signed files, those that were superseded too, the latest first.</summary>
internal static class ReadVerdicts
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/packages/{id:guid}/verdicts", HandleAsync).Produces<VerdictList>().For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(Guid id, CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return Problems.NotFound();
        var size = Page<SignatureVerdict>.Size(limit);
        var rows = await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => v.PackageId == id && (before == null || v.Id < before)).OrderByDescending(v => v.Id).Take(size + 1).ToListAsync(cancellationToken);
        var documents = await DocumentsAsync(session, id, [.. rows.Select(v => v.ShownPath).OfType<string>().Distinct()], cancellationToken);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "package.read", "package", id.ToString(), new { package.Title });
        await session.CommitAsync(cancellationToken);
        var page = Page<SignatureVerdict>.Of(rows, size, v => v.Id.ToString());
        return TypedResults.Ok(new VerdictList($"urn:uuid:{id}", [.. page.Items.Select(v => View(v, documents.GetValueOrDefault(v.ShownPath ?? "")))], page.Next));
    }

    private static async Task<Dictionary<string, string>> DocumentsAsync(CatalogueSession session, Guid id, string[] paths, CancellationToken cancellationToken)
    {
        var found = await session.Rows.Files.Where(f => f.PackageId == id && f.VersionUntil == null && paths.Contains(f.LogicalPath))
            .Join(session.Rows.DocumentFiles, f => f.Id, d => d.FileId, (f, d) => new { f.LogicalPath, d.DocumentId })
            .Join(session.Rows.Documents, x => x.DocumentId, d => d.Id, (x, d) => new { x.LogicalPath, d.Code }).ToListAsync(cancellationToken);
        return found.GroupBy(f => f.LogicalPath).ToDictionary(g => g.Key, g => g.First().Code);
    }

    private static VerdictView View(SignatureVerdict v, string? document) => new(
        v.Id, v.Path, v.SignedPath, document, Convert.ToHexStringLower(v.FileSha512), v.Reason, v.MadeAt, v.RecordedAt, v.IsNewest, v.Supersedes, v.Engine, v.Rules, Json(v.Basis), v.Outcome, Json(v.Signatures), Json(v.Conclusion),
        v.Report is null ? null : new ReportView(v.ObjectId is { } o ? $"urn:uuid:{o}" : $"urn:uuid:{v.PackageId}", v.Report, Convert.ToHexStringLower(v.ReportSha512!)), v.EventId, v.ReplayedAt, v.ReplayOutcome);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private sealed record VerdictList(string Package, IReadOnlyList<VerdictView> Items, string? Next);

    private sealed record VerdictView(
        Guid Id, string File, string Signed, string? Document, string FileSha512, VerdictReason Reason, DateTimeOffset MadeAt, DateTimeOffset RecordedAt, bool Newest, Guid? Supersedes, string Engine, string Rules, JsonElement Basis,
        string Outcome, JsonElement Signatures, JsonElement Conclusion, ReportView? Report, Guid? Event, DateTimeOffset? ReplayedAt, string? ReplayOutcome);

    /// <summary>Where the report is kept: the package or an object beside it.</summary>
    private sealed record ReportView(string Object, string Path, string Sha512);
}
