using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages/{id}/evidence/trace?path=…</c>: how one file is proven, step by step. Reading it is audited.</summary>
internal static class GetEvidenceTrace
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/packages/{id:guid}/evidence/trace", HandleAsync).Produces<EvidenceTraceView>().For(ReadPackages.Readers);

    /// <summary>The package and the steps of the file; the steps are null when it has no such file, both are when the caller sees no such package.</summary>
    internal static async Task<(Package? Package, EvidenceTraceView? Trace)> ReadAsync(CallerAccess access, EvidenceTrace traces, Guid id, string? path, int? version, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null || string.IsNullOrEmpty(path)) return (package, null);
        var file = await session.Rows.Files.AsNoTracking().SingleOrDefaultAsync(f => f.PackageId == id && f.LogicalPath == path
            && (version == null ? f.VersionUntil == null : f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version)), cancellationToken);
        if (file is null) return (package, null);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "evidence.traced", "package", id.ToString(), new { path, version });
        await session.CommitAsync(cancellationToken);
        return (package, await traces.OfAsync(file, cancellationToken));
    }

    private static async Task<IResult> HandleAsync(Guid id, string? path, int? version, CallerAccess access, EvidenceTrace traces, CancellationToken cancellationToken)
    {
        var (package, trace) = await ReadAsync(access, traces, id, path, version, cancellationToken);
        if (package is not null && string.IsNullOrEmpty(path)) return Problems.Invalid("path", "the path of a file of the package");
        return trace is null ? Problems.NotFound() : TypedResults.Ok(trace);
    }
}
