using System.Globalization;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Transfers;

/// <summary>Sets the minutes of a transfer (Biên bản giao nhận hồ sơ, tài liệu) and its list (Mục lục hồ sơ, tài liệu nộp lưu) in the form of Decree 30/2020 Annex V.</summary>
public sealed class TransferDocument(DocumentFonts fonts)
{
    /// <summary>Languages there are texts in.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["vi", "en"];

    private const string Texts = "transfer.json";

    /// <summary>The minutes, for both sides to sign.</summary>
    /// <exception cref="FontMissingException">The configured fonts cannot be had.</exception>
    public byte[] Minutes(TransferRecord record, string language)
    {
        ArgumentNullException.ThrowIfNull(record);
        var t = DocumentTexts.Load(Texts, language);
        using var pdf = new PdfDocument(fonts, new DocumentDescription(t["minutes.title"], language, record.MadeAt, Events.Software, t["page"]));
        pdf.Heading(t["minutes.title"], 1);
        pdf.Paragraph(t["basis.law"]);
        pdf.Paragraph(t.Fill("basis.registration", record.Registration, record.Round, Day(record.OpensOn), Day(record.ClosesOn)));
        pdf.Paragraph(t.Fill("made", Time(record.MadeAt), Time(record.ClosedAt)));
        pdf.Heading(t["deliverer"], 2);
        pdf.Paragraph(record.Deliverer);
        if (record.DeliveredBy.Count > 0) pdf.Paragraph(t.Fill("deliveredBy", string.Join("; ", record.DeliveredBy)));
        pdf.Heading(t["receiver"], 2);
        pdf.Paragraph(record.Receivers.Count > 0 ? string.Join("; ", record.Receivers) : "–");
        if (record.ApprovedBy.Count > 0) pdf.Paragraph(t.Fill("approvedBy", string.Join("; ", record.ApprovedBy)));
        Contents(pdf, t, record);
        State(pdf, t, record);
        pdf.Heading(t["attached.title"], 2);
        pdf.Paragraph(t.Fill("attached.text", Number(record.Taken.Count, t)));
        pdf.Paragraph(t["copies.text"]);
        pdf.SignaturePlaces((t["sign.deliverer"], t["sign.name"]), (t["sign.receiver"], t["sign.name"]));
        return pdf.ToPdf();
    }

    /// <summary>The list of what was taken.</summary>
    /// <exception cref="FontMissingException">The configured fonts cannot be had.</exception>
    public byte[] List(TransferRecord record, string language)
    {
        ArgumentNullException.ThrowIfNull(record);
        var t = DocumentTexts.Load(Texts, language);
        using var pdf = new PdfDocument(fonts, new DocumentDescription(t["list.title"], language, record.MadeAt, Events.Software, t["page"], IsWide: true));
        pdf.Heading(t["list.title"], 1);
        pdf.Paragraph(t.Fill("basis.registration", record.Registration, record.Round, Day(record.OpensOn), Day(record.ClosesOn)));
        pdf.Paragraph(record.Fonds is { } fonds ? t.Fill("list.fonds", record.Deliverer, fonds) : record.Deliverer);
        pdf.Table(
            [new(t["list.number"], 0.7, true), new(t["list.code"], 3), new(t["list.dossier"], 6), new(t["list.time"], 2.4), new(t["list.retention"], 1.8), new(t["list.documents"], 1.3, true), new(t["list.files"], 1.3, true), new(t["list.bytes"], 2, true), new(t["list.note"], 3)],
            record.Taken.Select((p, i) => (IReadOnlyList<string>)
            [
                Number(i + 1, t), p.Code, p.Title, Period(p.Start, p.End), Retention(p.Retention, t), Number(p.Documents, t), Number(p.Files, t), Number(p.Bytes, t), Note(p, t),
            ]));
        pdf.Paragraph(t.Fill("list.sum", Number(record.Taken.Count, t), Number(record.Documents, t), Number(record.Files, t), Number(record.Bytes, t)));
        return pdf.ToPdf();
    }

    private static void Contents(PdfDocument pdf, DocumentTexts t, TransferRecord record)
    {
        pdf.Heading(t["name.title"], 2);
        pdf.Paragraph(record.Fonds is { } fonds ? t.Fill("name.fonds", record.Title, fonds) : record.Title);
        pdf.Heading(t["time.title"], 2);
        pdf.Paragraph(record is { From: { } from, Until: { } until } ? t.Fill("time.text", Day(from), Day(until)) : t["time.none"]);
        pdf.Heading(t["amount.title"], 2);
        pdf.Paragraph(t.Fill("amount.dossiers", Number(record.Taken.Count, t), Number(record.Documents, t)));
        pdf.Paragraph(t.Fill("amount.files", Number(record.Files, t), Number(record.Bytes, t)));
        pdf.Paragraph(t.Fill("amount.came", Number(record.Planned, t), Number(record.Came, t)));
    }

    private static void State(PdfDocument pdf, DocumentTexts t, TransferRecord record)
    {
        pdf.Heading(t["state.title"], 2);
        if (record.Taken.Count > 0) pdf.Paragraph(t.Fill("state.text", Number(record.Taken.Min(p => p.Copies), t), Number(record.Taken.Sum(p => p.Warnings), t)));
        foreach (var waiver in record.Taken.Select(p => p.Waiver).OfType<string>().Distinct(StringComparer.Ordinal)) pdf.Paragraph(t.Fill("state.waiver", waiver));
        if (record.Left.Count == 0)
        {
            pdf.Paragraph(t["left.none"]);
            return;
        }
        pdf.Paragraph(t.Fill("left.text", Number(record.Left.Count, t)));
        pdf.Table([new(t["list.number"], 0.6, true), new(t["left.package"], 5), new(t["left.state"], 2), new(t["left.reason"], 5)],
            record.Left.Select((p, i) => (IReadOnlyList<string>)[Number(i + 1, t), p.Title, t["state." + p.State], p.Reason ?? (p.Errors > 0 ? t.Fill("left.errors", Number(p.Errors, t)) : "–")]));
    }

    private static string Note(TakenPackage package, DocumentTexts t)
    {
        var notes = new List<string>();
        if (package.RecordStatus is "SUPPLEMENT" or "REPLACEMENT") notes.Add(t["status." + package.RecordStatus]);
        if (package.Warnings > 0) notes.Add(t.Fill("list.warnings", Number(package.Warnings, t)));
        return string.Join("; ", notes);
    }

    private static string Retention(string? code, DocumentTexts t) => code is null ? "–" : t.Find("retention." + code) ?? code;

    private static string Period(string? start, string? end) => start is null && end is null ? "–" : start == end || end is null ? start! : $"{start ?? "…"} – {end}";

    private static string Number(long number, DocumentTexts t) => number.ToString("N0", t.Culture);

    private static string Day(DateOnly day) => day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    // Legal time; the documents are read in Vietnam.
    private static string Time(DateTimeOffset at) => at.ToOffset(WorkingCalendar.Vietnam).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
