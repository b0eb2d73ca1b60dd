using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Api.Packages;

namespace Preservation.Server.Pages.Packages;

/// <summary>Everything that happened to a package, with the places of its audit entries in the sealed log. Reading it is audited.</summary>
internal sealed class ProvenanceModel(CallerAccess access) : PageModel
{
    public Guid Id { get; private set; }

    public GetProvenance.ProvenanceView Provenance { get; private set; } = null!;

    /// <summary>Who did what the audit entry says; nobody: the service itself.</summary>
    public IReadOnlyDictionary<long, string> Actors { get; private set; } = new Dictionary<long, string>();

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(access, id, "page", cancellationToken) is not { } read) return NotFound();
        (Id, Provenance) = (id, read.Provenance);
        await using var session = await access.BeginAsync(cancellationToken);
        var entries = Provenance.AuditEntries.Select(e => e.Entry).ToList();
        Actors = await session.Rows.AuditEntries.Where(e => entries.Contains(e.Id)).Join(session.Rows.Principals, e => e.PrincipalId, p => p.Id, (e, p) => new { e.Id, p.Name })
            .ToDictionaryAsync(x => x.Id, x => x.Name, cancellationToken);
        return Page();
    }

    internal static async Task<(Package Package, GetProvenance.ProvenanceView Provenance)?> ReadAsync(CallerAccess access, Guid id, string format, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return null;
        var provenance = await GetProvenance.LoadAsync(session, package, cancellationToken);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "provenance.read", "package", id.ToString(), new { format });
        await session.CommitAsync(cancellationToken);
        return (package, provenance);
    }
}
