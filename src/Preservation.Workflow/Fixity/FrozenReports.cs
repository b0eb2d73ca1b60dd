using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;

namespace Preservation.Workflow.Fixity;

/// <summary>Fixity reports that are made once, sealed and kept for an officer to sign: JSON, CSV and minutes in both languages, all of the same instant.</summary>
public sealed class FrozenReports(FixityReport reports, FixityReportDocument minutes, FrozenDocuments documents)
{
    /// <summary>The kind of document they are.</summary>
    public const string Kind = "fixityReport";

    private static readonly JsonSerializerOptions Indented = new(AuditJson.Options) { WriteIndented = true };

    /// <summary>Makes and enters a report into the caller's transaction. The session must see everything.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="since">Problems since then; null: all.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="name">His or her name, for the minutes.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="FontMissingException">The configured fonts cannot be had.</exception>
    public async Task<FrozenDocument> MakeAsync(CatalogueSession session, DateTimeOffset? since, Guid by, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var report = await reports.MakeAsync(session, since, cancellationToken);
        var title = DocumentTexts.Load("fixity-report.json", "vi")["title"];
        return documents.Add(session, Kind, null, title, by,
        [
            ("report.json", "application/json", JsonSerializer.SerializeToUtf8Bytes(report, Indented)),
            ("report.csv", "text/csv; charset=utf-8", FixityReportCsv.ToBytes(report)),
            .. FixityReportDocument.Languages.Select(l => ($"report.{l}.pdf", "application/pdf", minutes.ToPdf(report, l, name))),
        ]);
    }
}
