using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Export;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Cases;

/// <summary>
/// A case as a file that is checked offline: the evidence zip of the package with the log's entries and their proofs, and beside them, in <c>case/</c>, cover sheets, the case as
/// JSON and every receipt with its seal; digests of these are listed, and the list is sealed.
/// </summary>
public sealed class CaseFile(EvidenceExport evidence, CaseCoverSheet cover, Signer signer)
{
    private static readonly JsonSerializerOptions Indented = new(AuditJson.Options) { WriteIndented = true };

    /// <summary>The zip, in a file that goes away when the stream is closed; null while no time-stamp covers the package.</summary>
    /// <param name="session">The caller's: nothing beyond its scope goes in.</param>
    /// <param name="package">The case.</param>
    /// <param name="view">What the caller may see of it.</param>
    /// <param name="provenance">PREMIS and its like, as an evidence zip has them.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="basis">The mandate.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<Stream?> MakeAsync(CatalogueSession session, Package package, CaseView view, IEnumerable<EvidencePart> provenance, string by, string basis, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(view);
        var parts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["case.json"] = JsonSerializer.SerializeToUtf8Bytes(view, Indented) };
        foreach (var language in CaseCoverSheet.Languages) parts[$"cover-sheet-{language}.pdf"] = cover.ToPdf(view, language, by, basis);
        var submissions = view.Submissions.Select(s => s.Id).ToList();
        foreach (var receipt in await session.Rows.Receipts.AsNoTracking().Where(r => submissions.Contains(r.SubmissionId)).ToListAsync(cancellationToken))
        {
            var name = $"receipt-{receipt.SubmissionId}-{JsonNamingPolicy.CamelCase.ConvertName(receipt.Kind.ToString())}.json";
            (parts[name], parts[name + ".p7s"]) = (receipt.Body, receipt.Seal);
        }
        var list = Encoding.UTF8.GetBytes(string.Concat(parts.Select(p => $"{Convert.ToHexStringLower(SHA256.HashData(p.Value))}  {p.Key}\n")));
        parts["digests.txt"] = list;
        parts["digests.txt.p7s"] = signer.Seal(list);
        parts["seal.pem"] = Encoding.ASCII.GetBytes(signer.Certificate.ExportCertificatePem() + "\n");
        var selection = EvidenceSelection.Records with { AuditEntries = [.. view.Entries.Select(e => e.Entry)] };
        return await evidence.MakeAsync(package, selection, [.. provenance, .. parts.Select(p => EvidencePart.Of(EvidencePartKind.Case, p.Key, p.Value))], cancellationToken);
    }
}
