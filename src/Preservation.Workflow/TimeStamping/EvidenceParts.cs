using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Export;
using Preservation.Workflow.Access;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.TimeStamping;

/// <summary>What lies beside the proofs in an evidence zip: the reports on the files' signatures, and the certificates, lists and responses these rest on.</summary>
internal sealed class EvidenceParts(PackageContent content)
{
    private const string Material = VerdictFiles.Folder + "material/";
    private const string Basis = VerdictFiles.Folder + "basis/";
    private const int MostLabelBytes = 64;
    private const int Page = 500;
    private static readonly string[] ReportEndings = [".evidence.json", ".json", ".xml", ".opinion"];

    /// <summary>Reports and what they rest on, as the newest version of the AIP keeps them.</summary>
    /// <exception cref="IOException">No store could give a file now.</exception>
    public async IAsyncEnumerable<EvidencePart> ReportsAsync(CatalogueSession session, Package package, EvidenceSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var endings = selection.Paths is null ? null : Endings(selection.Paths);
        var count = 0;
        for (var last = ""; ;)
        {
            var after = last;
            var kept = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id && f.VersionUntil == null && f.LogicalPath.StartsWith(VerdictFiles.Folder) && f.LogicalPath.CompareTo(after) > 0)
                .OrderBy(f => f.LogicalPath).Take(Page).ToListAsync(cancellationToken);
            foreach (var file in kept)
            {
                var name = NameOf(file);
                if (file.LogicalPath.StartsWith(Basis, StringComparison.Ordinal)) yield return Part(EvidencePartKind.Report, name, file);
                else if (file.LogicalPath.StartsWith(Material, StringComparison.Ordinal)) yield return Part(await KindAsync(file, cancellationToken), name, file);
                else if (endings is null || IsAbout(file.LogicalPath[VerdictFiles.Folder.Length..], endings))
                    yield return Part(EvidencePartKind.Report, string.Create(CultureInfo.InvariantCulture, $"{++count:D6}-{name}"), file);
            }
            if (kept.Count < Page) yield break;
            last = kept[^1].LogicalPath;
        }
    }

    // Every path, and what is left of it without its first folders.
    private static HashSet<string> Endings(IEnumerable<string> paths)
    {
        var endings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
            for (var at = 0; at >= 0 && endings.Add(path[at..]); at = path.IndexOf('/', at) is var slash and >= 0 ? slash + 1 : -1) { }
        return endings;
    }

    // A report has the name of its file in the submission, and a detached signature that of what it is over, with an ending more.
    private static bool IsAbout(string report, HashSet<string> endings)
    {
        var signed = report[..^(ReportEndings.FirstOrDefault(e => report.EndsWith(e, StringComparison.Ordinal)) ?? "").Length];
        return endings.Contains(signed) || endings.Contains(Path.ChangeExtension(signed, null));
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
