using System.Globalization;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Cases;

/// <summary>The first sheet of a case file, for people: what the case is, how it went, and how the rest is checked.</summary>
public sealed class CaseCoverSheet(DocumentFonts fonts)
{
    /// <summary>Languages there are texts in.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["vi", "en"];

    /// <summary>Sets the sheet as PDF/A-2b.</summary>
    /// <param name="view">The case.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="by">Who asked for it.</param>
    /// <param name="basis">What lets that person in: the mandate.</param>
    /// <exception cref="FontMissingException">The configured fonts cannot be had.</exception>
    public byte[] ToPdf(CaseView view, string language, string by, string basis)
    {
        ArgumentNullException.ThrowIfNull(view);
        var t = DocumentTexts.Load("case-cover.json", language);
        using var pdf = new PdfDocument(fonts, new DocumentDescription(t["title"], language, view.At, Events.Software, t["page"]));
        pdf.Heading(t["title"], 1);
        pdf.Heading(view.Title, 2);
        pdf.Paragraph(t.Fill("about", view.Package, view.Producer, Time(view.PreservedAt)));
        pdf.Paragraph(t.Fill("mandate", by, basis, Time(view.At)));
        pdf.Paragraph(view.Head is { } head ? t.Fill("head", head.TreeSize, head.Head, Time(head.SealedAt)) : t["noHead"]);
        pdf.Heading(t["submissions.title"], 2);
        pdf.Table([new(t["submissions.received"], 2), new(t["submissions.file"], 4), new(t["submissions.state"], 2), new(t["submissions.decided"], 4)],
            view.Submissions.Select(s => new[] { Time(s.ReceivedAt), $"{s.FileName}\nSHA-256 {s.Sha256}", s.State.ToString(), string.Join('\n', new[] { s.DecidedBy, s.DecidedAt is { } at ? Time(at) : null, s.Reason }.OfType<string>()) }));
        pdf.Heading(t["decisions.title"], 2);
        if (view.Decisions.Count == 0) pdf.Paragraph(t["decisions.none"]);
        else pdf.Table([new(t["decisions.what"], 4), new(t["decisions.decision"], 4), new(t["decisions.by"], 3), new(t["decisions.at"], 2)],
            view.Decisions.Select(d => new[] { $"{d.Kind}\n{d.Subject}", d.Decision ?? "–", d.DecidedBy ?? "–", d.DecidedAt is { } at ? Time(at) : "–" }));
        pdf.Heading(t["verdicts.title"], 2);
        if (view.Verdicts.Count == 0) pdf.Paragraph(t["verdicts.none"]);
        else pdf.Table([new(t["verdicts.file"], 6), new(t["verdicts.outcome"], 3), new(t["verdicts.made"], 2)], view.Verdicts.Where(v => v.Newest).Select(v => new[] { v.File, v.Outcome, Time(v.MadeAt) }));
        pdf.Heading(t["check.title"], 2);
        pdf.Paragraph(t.Fill("check.text", view.Entries.Count, view.Events.Count));
        pdf.SignaturePlaces((t["sign.auditor"], t["sign.name"]));
        return pdf.ToPdf();
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
