using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;

namespace Preservation.Server.Pages.Packages;

/// <summary>One package: its names, terms, copies, dossier, documents, files and versions. Looking at it is audited.</summary>
internal sealed class PackageModel(CallerAccess access, SignatureReports signatureReports) : PageModel
{
    public Package Package { get; private set; } = null!;

    public string Producer { get; private set; } = "";

    public string Custodian { get; private set; } = "";

    public string? Fonds { get; private set; }

    public IReadOnlyList<PackageAlias> Aliases { get; private set; } = [];

    public IReadOnlyList<PackageHold> Holds { get; private set; } = [];

    public IReadOnlyList<PackageVersion> Versions { get; private set; } = [];

    public IReadOnlyList<CopyRow> Copies { get; private set; } = [];

    public PackageListing Listing { get; private set; } = null!;

    public IReadOnlyList<SignatureReports.Row> Signatures { get; private set; } = [];

    /// <summary>The verdicts on signed files, as the catalogue keeps them; of packages older than that, <see cref="Signatures"/> are read from the AIP.</summary>
    public IReadOnlyList<VerdictHistory> Verdicts { get; private set; } = [];

    public bool MoreSignatures { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, int? documents, long? files, CancellationToken cancellationToken)
    {
        await using (var session = await access.BeginAsync(cancellationToken))
        {
            if (await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } found) return NotFound();
            Package = found;
            await LoadAsync(session, cancellationToken);
            Listing = await PackageListing.LoadAsync(session, id, Math.Clamp(documents ?? 1, 1, 1_000_000), files, cancellationToken);
            (Verdicts, MoreSignatures) = await VerdictHistory.LoadAsync(session, id, cancellationToken);
            session.Audit(access.Caller.PrincipalId, found.ProducerId, "package.read", "package", id.ToString(), new { found.Title });
            await session.CommitAsync(cancellationToken);
        }
        if (Verdicts.Count == 0) (Signatures, MoreSignatures) = await signatureReports.ReadAsync(Listing.SignatureReports, cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        var id = Package.Id;
        var names = await session.Rows.Agencies.Where(a => a.Id == Package.ProducerId || a.Id == Package.CustodianId).ToDictionaryAsync(a => a.Id, a => a.Name, cancellationToken);
        (Producer, Custodian) = (names[Package.ProducerId], names[Package.CustodianId]);
        Fonds = await session.Rows.Fonds.Where(f => f.Id == Package.FondsId).Select(f => f.Code + " – " + f.Name).SingleOrDefaultAsync(cancellationToken);
        Aliases = await session.Rows.PackageAliases.AsNoTracking().Where(a => a.PackageId == id).OrderBy(a => a.Scheme).ThenBy(a => a.Code).Take(Page<PackageAlias>.MaxSize).ToListAsync(cancellationToken);
        Holds = await session.Rows.PackageHolds.AsNoTracking().Where(h => h.PackageId == id && h.LiftedAt == null).OrderBy(h => h.PlacedAt).ToListAsync(cancellationToken);
        Versions = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == id).OrderBy(v => v.Version).ToListAsync(cancellationToken);
        var copies = await session.Rows.PackageCopies.Where(c => c.PackageId == id).OrderBy(c => c.Store)
            .Join(session.Rows.Stores, c => c.Store, s => s.Name, (c, s) => new { Copy = c, s.Kind, s.FailureDomain }).AsNoTracking().ToListAsync(cancellationToken);
        Copies = [.. copies.Select(c => new CopyRow(c.Copy.Store, c.Kind, c.Copy.State, Domain(c.FailureDomain), c.Copy.Version, c.Copy.VerifiedAt, c.Copy.LastReadAt, c.Copy.LastResult))];
    }

    /// <summary><c>{"provider": "A", "region": "B", "medium": "disk"}</c> as <c>A · B · disk</c>.</summary>
    private static string Domain(string json)
    {
        using var document = JsonDocument.Parse(json);
        var parts = document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).OrderBy(p => p.Name switch { "provider" => 0, "region" => 1, _ => 2 })
            .Select(p => p.Value.GetString()).Where(v => !string.IsNullOrEmpty(v)).ToList();
        return parts.Count == 0 ? "–" : string.Join(" · ", parts);
    }

    internal sealed record CopyRow(
        string Store, string Kind, CopyState State, string Domain, int Version, DateTimeOffset VerifiedAt, DateTimeOffset LastReadAt, FixityOutcome LastResult);
}
