using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Pages.Packages;

/// <summary>What lies in a package, a page of each list at a time.</summary>
internal sealed record PackageListing(
    IReadOnlyList<Dossier> Dossiers, IReadOnlyList<PackageListing.DocumentRow> Documents, long DocumentCount, int? NextDocuments,
    IReadOnlyList<PackageListing.FileRow> Files, long? NextFiles, IReadOnlyList<StoredFile> SignatureReports)
{
    /// <summary>Documents and files shown at once.</summary>
    public const int Size = 50;

    public static async Task<PackageListing> LoadAsync(CatalogueSession session, Guid packageId, int documentPage, long? filesAfter, CancellationToken cancellationToken)
    {
        var dossiers = await session.Rows.Dossiers.AsNoTracking().Where(d => d.PackageId == packageId).OrderBy(d => d.Code).Take(Size).ToListAsync(cancellationToken);
        var count = await session.Rows.Documents.LongCountAsync(d => d.PackageId == packageId && d.VersionUntil == null, cancellationToken);
        var documents = await session.Rows.Documents.AsNoTracking().Where(d => d.PackageId == packageId && d.VersionUntil == null)
            .Select(d => new { Document = d, Ordinal = session.Rows.DossierDocuments.Where(x => x.DocumentId == d.Id).Min(x => (int?)x.Ordinal) })
            .OrderBy(x => x.Ordinal == null).ThenBy(x => x.Ordinal).ThenBy(x => x.Document.Id).Skip((documentPage - 1) * Size).Take(Size).ToListAsync(cancellationToken);
        var files = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == packageId && f.VersionUntil == null && (filesAfter == null || f.Id > filesAfter))
            .OrderBy(f => f.Id).Take(Size + 1).ToListAsync(cancellationToken);
        var reports = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == packageId && f.VersionUntil == null && f.LogicalPath.StartsWith(Packages.SignatureReports.Folder) && f.LogicalPath.EndsWith(".json"))
            .OrderBy(f => f.Id).Take(Packages.SignatureReports.Most + 1).ToListAsync(cancellationToken);
        var more = files.Count > Size;
        return new PackageListing(dossiers, [.. documents.Select(x => DocumentRow.Of(x.Document, x.Ordinal))], count, (long)documentPage * Size < count ? documentPage + 1 : null,
            [.. files.Take(Size).Select(FileRow.Of)], more ? files[Size - 1].Id : null, reports);
    }

    internal sealed record DocumentRow(int? Ordinal, string Code, string NumberAndNotation, string? Issued, string? Issuer, string? Type, string? Abstract)
    {
        public static DocumentRow Of(Document d, int? ordinal) => new(ordinal, d.Code,
            string.Join("/", new[] { d.Number, d.Notation }.Where(x => !string.IsNullOrWhiteSpace(x))) is { Length: > 0 } both ? both : d.Code, d.IssuedText, d.Issuer, d.Type, d.Abstract);
    }

    internal sealed record FileRow(string Path, long Bytes, string Sha256, string Sha512, string? Puid, string? Format)
    {
        public static FileRow Of(StoredFile f) => new(f.LogicalPath, f.Bytes, Convert.ToHexStringLower(f.Sha256), Convert.ToHexStringLower(f.Sha512), f.Puid, f.Format);
    }
}
