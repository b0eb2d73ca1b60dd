using System.Text.Json;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Pages.Packages;

/// <summary>Reads the outcomes out of the signature reports that were archived with a package.</summary>
internal sealed class SignatureReports(PackageContent content)
{
    /// <summary>Where they lie; below it, the path of the signed file and <c>.json</c>.</summary>
    public const string Folder = "metadata/other/signatures/";

    /// <summary>Reports read for one page.</summary>
    public const int Most = 20;

    private const int MostSentences = 50;
    private const long MaxReportBytes = 4 * 1024 * 1024;

    public async Task<(IReadOnlyList<Row> Rows, bool More)> ReadAsync(IReadOnlyList<StoredFile> files, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        foreach (var file in files.Take(Most)) rows.Add(await ReadAsync(file, cancellationToken));
        return (rows, files.Count > Most);
    }

    private async Task<Row> ReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        var name = file.LogicalPath[Folder.Length..];
        name = name.EndsWith(".json", StringComparison.Ordinal) ? name[..^5] : name;
        if (file.Bytes > MaxReportBytes) return new Row(name, null, [], []);
        try
        {
            await using var stream = await content.OpenAsync(file, null, cancellationToken);
            using var report = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            return new Row(name, Text(report.RootElement, "outcome"), Indications(report.RootElement), Sentences(report.RootElement));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return new Row(name, null, [], []); // shown as a report that cannot be read now; the files' own state is the fixity report's matter
        }
    }

    private static List<string> Indications(JsonElement report) =>
        report.ValueKind != JsonValueKind.Object || !report.TryGetProperty("signatures", out var signatures) || signatures.ValueKind != JsonValueKind.Array ? []
            : [.. signatures.EnumerateArray().Select(s => $"{Text(s, "indication")} {Text(s, "subIndication")}".Trim()).Where(s => s.Length > 0)];

    // What the verdicts come to, as it was said when the package was taken in; older reports have no conclusion.
    private static List<Sentence> Sentences(JsonElement report) =>
        report.ValueKind != JsonValueKind.Object || !report.TryGetProperty("conclusion", out var conclusion) || conclusion.ValueKind != JsonValueKind.Array ? []
            : [.. conclusion.EnumerateArray().Take(MostSentences).Where(s => s.ValueKind == JsonValueKind.Object && s.TryGetProperty("message", out _))
                .Select(s => new Sentence(Text(s, "severity") ?? "info", Text(s.GetProperty("message"), "en") ?? "", Text(s.GetProperty("message"), "vi") ?? ""))];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>One report. No outcome: it cannot be read now.</summary>
    internal sealed record Row(string File, string? Outcome, IReadOnlyList<string> Indications, IReadOnlyList<Sentence> Conclusion);

    /// <summary>One sentence of a conclusion.</summary>
    internal sealed record Sentence(string Severity, string English, string Vietnamese);
}
