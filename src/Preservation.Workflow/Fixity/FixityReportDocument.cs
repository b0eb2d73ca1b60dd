using System.Globalization;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Fixity;

/// <summary>The report as minutes on paper that an officer signs (VN-FIX-03, VN-FIX-05): sources and media, coverage, debt, bad files with their addresses, what was done, and who watches.</summary>
public sealed class FixityReportDocument(DocumentFonts fonts)
{
    /// <summary>Languages there are texts in.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["vi", "en"];

    /// <summary>Sets the report as PDF/A-2b.</summary>
    /// <param name="report">What is reported.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="by">Who made it; null: nobody is named.</param>
    /// <exception cref="FontMissingException">The configured fonts cannot be had.</exception>
    public byte[] ToPdf(FixityReportView report, string language, string? by)
    {
        ArgumentNullException.ThrowIfNull(report);
        var t = DocumentTexts.Load("fixity-report.json", language);
        using var pdf = new PdfDocument(fonts, new DocumentDescription(t["title"], language, report.At, Events.Software, t["page"], IsWide: true));
        pdf.Heading(t["title"], 1);
        pdf.Paragraph(t.Fill("basis", Time(report.At), by is null ? "" : t.Fill("by", by)) + (report.Since is { } since ? " " + t.Fill("since", Time(since)) : ""));
        Sources(pdf, t, report);
        Coverage(pdf, t, report);
        Forecast(pdf, t, report);
        Problems(pdf, t, report);
        Watch(pdf, t, report);
        Runs(pdf, t, report);
        pdf.SignaturePlaces((t["sign.checker"], t["sign.name"]), (t["sign.approver"], t["sign.name"]));
        return pdf.ToPdf();
    }

    private static void Sources(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t["sources.title"], 2);
        pdf.Table([new(t["sources.store"], 2), new(t["sources.address"], 5), new(t["sources.medium"], 4), new(t["sources.state"], 2)],
            report.Stores.Select(s => new[] { s.Store, s.Address, Media(s.Media), t[s.IsPresent ? "sources.connected" : "sources.away"] }));
    }

    private static void Coverage(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t["coverage.title"], 2);
        foreach (var s in report.Stores)
            pdf.Paragraph(s.BytesReadPercent is { } percent && s.OldestRead is { } oldest
                ? t.Fill("coverage.sentence", s.Store, Percent(percent, t), report.WithinDays, Percent(s.BytesReadPercentByLaw ?? percent, t), oldest == DateTimeOffset.UnixEpoch ? "–" : Time(oldest)) : t.Fill("coverage.none", s.Store));
        pdf.Table([new(t["sources.store"], 3), new(t["coverage.copies"], 2, true), new(t["coverage.read"], 2, true), new(t["coverage.bytes"], 3, true), new(t["coverage.bytesRead"], 3, true), new(t["coverage.notGood"], 2, true), new(t["coverage.awaited"], 2, true)],
            report.Stores.Select(s => new[] { s.Store, Number(s.Copies, t), Number(s.CopiesRead, t), Number(s.Bytes, t), Number(s.BytesRead, t), Number(s.NotGood, t), Number(s.Awaited, t) }));
    }

    private static void Forecast(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t["forecast.title"], 2);
        var forecasts = report.Stores.Where(s => s.Forecast is not null).ToList();
        var days = forecasts.FirstOrDefault()?.Forecast!.Days.Select(d => d.InDays).ToList() ?? [];
        pdf.Table([new(t["sources.store"], 3), new(t["forecast.pace"], 3, true), new(t["forecast.now"], 3, true), .. days.Select(d => new DocumentColumn(t.Fill("forecast.in", d), 3, true)), new(t["forecast.first"], 3, true)],
            forecasts.Select(s => (string[])[s.Store, Number(s.Forecast!.BytesPerDay, t), Number(s.Forecast.OverdueBytes, t), .. s.Forecast.Days.Select(d => Number(d.OverdueBytes, t)), s.Forecast.FirstOverdueOn is { } day ? Day(day) : t["forecast.never"]]));
    }

    private static void Problems(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t.Fill("bad.title", report.ProblemCount), 2);
        if (report.Problems.Count == 0)
        {
            pdf.Paragraph(t["bad.none"]);
            return;
        }
        if (report.ProblemCount > report.Problems.Count) pdf.Paragraph(t.Fill("bad.more", report.Problems.Count, report.ProblemCount));
        pdf.Table([new(t["bad.number"], 0.7, true), new(t["bad.file"], 3), new(t["bad.address"], 5), new(t["bad.medium"], 2), new(t["bad.cause"], 4), new(t["bad.action"], 3), new(t["bad.found"], 2), new(t["bad.time"], 1.7)],
            report.Problems.Select((p, i) => new[]
            {
                Number(i + 1, t), p.PackageTitle is null ? p.FileName : $"{p.FileName}\n{p.PackageTitle}", $"{p.Store}\n{p.Address}\n{p.Key}", Media(p.Media), Cause(p, t), Action(p, t), Time(p.FoundAt),
                p.SecondsToRepair is { } seconds ? Duration(seconds) : t["bad.notRepaired"],
            }), size: 6.5);
    }

    private static void Watch(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t["watch.title"], 2);
        foreach (var silent in report.Silent) pdf.Paragraph(t.Fill("watch.silent", silent.Name, silent.LastAt is { } at ? Time(at) : "–"));
        if (report.Silent.Count == 0) pdf.Paragraph(t["watch.fine"]);
        foreach (var c in report.Canaries)
            pdf.Paragraph(t.Fill("watch.canary", c.Store, t["watch." + c.Standing], c.Damaged, c.Detected, c.Repaired, Duration(c.LongestToDetect), Duration(c.LongestToRepair)));
        foreach (var d in report.Drills) pdf.Paragraph(t.Fill("watch.drills", d.Store, d.Passed, d.Failed));
        if (report.Drills.Count == 0) pdf.Paragraph(t["watch.noDrills"]);
    }

    private static void Runs(PdfDocument pdf, DocumentTexts t, FixityReportView report)
    {
        pdf.Heading(t["runs.title"], 2);
        if (report.Days.Count == 0) pdf.Paragraph(t["runs.none"]);
        else pdf.Table([new(t["runs.day"], 2), new(t["coverage.copies"], 2, true), new(t["coverage.bytesRead"], 3, true), new(t["runs.problems"], 2, true), new(t["runs.repaired"], 2, true)],
            report.Days.Select(d => new[] { Day(d.Day), Number(d.CopiesRead, t), Number(d.BytesRead, t), Number(d.Problems, t), Number(d.Repaired, t) }));
    }

    private static string Cause(ProblemView problem, DocumentTexts t)
    {
        var parts = new List<string> { t["cause." + problem.Outcome] };
        if (problem.Outcome == FixityOutcome.Mismatch && problem is { ExpectedBytes: { } expected, ObservedBytes: { } observed } && expected != observed) parts.Add(t.Fill("cause.length", observed, expected));
        if (problem.Detail is { } detail) parts.Add(detail);
        if (problem.PersonsFinding is { } finding) parts.Add(t.Fill("bad.person", finding));
        return string.Join('\n', parts);
    }

    private static string Action(ProblemView problem, DocumentTexts t)
    {
        var done = problem.RepairedFrom is { } from ? t.Fill("action.repaired", from) : t[problem.Outcome == FixityOutcome.Unreadable ? "action.again" : "action.kept"];
        return problem.QuarantineKey is { } kept ? done + "\n" + t.Fill("action.quarantine", kept) : done;
    }

    private static string Media(IReadOnlyList<MediumMark> media) => media.Count == 0 ? "–" : string.Join('\n', media.Select(m => $"{m.Number} – {m.Mark}"));

    private static string Number(long number, DocumentTexts t) => number.ToString("N0", t.Culture);

    private static string Percent(decimal percent, DocumentTexts t) => percent.ToString("0.0", t.Culture) + " %";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Duration(double? seconds) => seconds is not { } s ? "–" : TimeSpan.FromSeconds(Math.Round(s)).ToString(s >= 86400 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
}
