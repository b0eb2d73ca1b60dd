using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Export;
using Preservation.Workflow.Access;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.TimeStamping;

/// <summary>What lies beside the proofs in an evidence zip: the files, the reports on their signatures, and the certificates, lists and responses these rest on.</summary>
internal sealed class EvidenceParts(PackageContent content)
{
    private const string Material = VerdictFiles.Folder + "material/";
    private const string Basis = VerdictFiles.Folder + "basis/";
    private const int MostLabelBytes = 64;
    private static readonly string[] ReportEndings = [".evidence.json", ".json", ".xml", ".opinion"];

    /// <summary>The files that proofs are about, the newest of each path.</summary>
    public IEnumerable<EvidencePart> Files(IEnumerable<StoredFile> files) =>
        files.GroupBy(f => f.LogicalPath, StringComparer.Ordinal).Select(g => Part(EvidencePartKind.File, g.Key, g.MaxBy(f => f.VersionFrom)!));

    /// <summary>Reports and what they rest on, as the newest version of the AIP keeps them.</summary>
    /// <exception cref="IOException">No store could give a file now.</exception>
    public async Task<List<EvidencePart>> ReportsAsync(CatalogueSession session, Package package, EvidenceSelection selection, CancellationToken cancellationToken)
    {
        var kept = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id && f.VersionUntil == null && f.LogicalPath.StartsWith(VerdictFiles.Folder))
            .OrderBy(f => f.LogicalPath).ToListAsync(cancellationToken);
        var parts = new List<EvidencePart>();
        foreach (var file in kept)
        {
            if (file.LogicalPath.StartsWith(Basis, StringComparison.Ordinal)) parts.Add(Part(EvidencePartKind.Report, NameOf(file), file));
            else if (file.LogicalPath.StartsWith(Material, StringComparison.Ordinal)) parts.Add(Part(await KindAsync(file, cancellationToken), NameOf(file), file));
            else if (IsAbout(file.LogicalPath[VerdictFiles.Folder.Length..], selection.Paths))
                parts.Add(Part(EvidencePartKind.Report, string.Create(CultureInfo.InvariantCulture, $"{parts.Count + 1:D6}-{NameOf(file)}"), file));
        }
        return parts;
    }

    // A report has the name of its file in the submission, and a detached signature that of what it is over, with an ending more.
    private static bool IsAbout(string report, IReadOnlySet<string>? paths)
    {
        if (paths is null) return true;
        var signed = report[..^(ReportEndings.FirstOrDefault(e => report.EndsWith(e, StringComparison.Ordinal)) ?? "").Length];
        var over = Path.ChangeExtension(signed, null);
        return paths.Any(p => Ends(p, signed) || Ends(p, over));

        static bool Ends(string path, string with) => path == with || path.EndsWith("/" + with, StringComparison.Ordinal);
    }

    private async Task<EvidencePartKind> KindAsync(StoredFile file, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenAsync(file, (0, Math.Min(file.Bytes, MostLabelBytes)), cancellationToken);
        var head = new byte[MostLabelBytes];
        var count = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var label = Encoding.ASCII.GetString(head, 0, count);
        return label.Contains("CRL", StringComparison.Ordinal) ? EvidencePartKind.Crl : label.Contains("OCSP", StringComparison.Ordinal) ? EvidencePartKind.Ocsp : EvidencePartKind.Certificate;
    }

    private EvidencePart Part(EvidencePartKind kind, string name, StoredFile file) => new(kind, name, token => content.OpenAsync(file, range: null, token));

    private static string NameOf(StoredFile file) => file.LogicalPath[(file.LogicalPath.LastIndexOf('/') + 1)..];
}
