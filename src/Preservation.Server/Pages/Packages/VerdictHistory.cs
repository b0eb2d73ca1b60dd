using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Verdicts;

namespace Preservation.Server.Pages.Packages;

/// <summary>The verdicts on one signed file: the newest, and those it stands beside, latest first.</summary>
internal sealed record VerdictHistory(string File, VerdictHistory.Entry Newest, IReadOnlyList<VerdictHistory.Entry> Older)
{
    /// <summary>Files shown on one page.</summary>
    public const int MostFiles = 20;

    private const int MostVerdicts = 200;

    /// <summary>The first files of a package that have verdicts, and whether there are more.</summary>
    public static async Task<(IReadOnlyList<VerdictHistory> Files, bool More)> LoadAsync(CatalogueSession session, Guid packageId, CancellationToken cancellationToken)
    {
        var paths = await session.Rows.SignatureVerdicts.Where(v => v.PackageId == packageId).Select(v => v.Path).Distinct().OrderBy(p => p).Take(MostFiles + 1).ToListAsync(cancellationToken);
        var shown = paths.Take(MostFiles).ToArray();
        var rows = await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => v.PackageId == packageId && shown.Contains(v.Path))
            .OrderByDescending(v => v.IsNewest).ThenByDescending(v => v.RecordedAt).ThenByDescending(v => v.Id).Take(MostVerdicts).ToListAsync(cancellationToken);
        return ([.. rows.GroupBy(v => v.Path).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new VerdictHistory(g.Key[(g.Key.IndexOf('/', StringComparison.Ordinal) + 1)..], Entry.Of(g.First()), [.. g.Skip(1).Select(Entry.Of)]))],
            paths.Count > MostFiles);
    }

    /// <summary>One verdict: what it says, when and why it was made, and by what.</summary>
    internal sealed record Entry(
        DateTimeOffset MadeAt, VerdictReason Reason, string Engine, string Rules, IReadOnlyList<string> Basis, string Outcome, IReadOnlyList<string> Indications, IReadOnlyList<SummarisedSentence> Conclusion, string? KeptIn)
    {
        public static Entry Of(SignatureVerdict v) => new(
            v.MadeAt, v.Reason, v.Engine, v.Rules, [.. BasisOf(v.Basis)], v.Outcome, [.. Indicated(v.Signatures)], JsonSerializer.Deserialize<ImmutableArray<SummarisedSentence>>(v.Conclusion, AuditJson.Options),
            v.Report is null ? null : $"{(v.ObjectId is { } o ? $"urn:uuid:{o}/" : "")}{v.Report}");

        private static IEnumerable<string> Indicated(string signatures) =>
            from signature in JsonSerializer.Deserialize<ImmutableArray<SummarisedSignature>>(signatures, AuditJson.Options)
            from verdict in signature.Verdicts
            select $"{signature.Id} {verdict.Policy}: {Word(verdict.Indication.ToString())} {Word(verdict.SubIndication?.ToString() ?? "")}".TrimEnd();

        // What is pinned, each by the beginning of its digest; the whole stands in the report.
        private static List<string> BasisOf(string basis)
        {
            using var json = JsonDocument.Parse(basis);
            var root = json.RootElement;
            var pinned = root.GetProperty("policies").EnumerateArray().Concat(root.GetProperty("algorithms").EnumerateArray()).Select(p => $"{p.GetProperty("id").GetString()} {p.GetProperty("sha256").GetString()![..12]}").ToList();
            if (root.GetProperty("trustAnchors").GetString() is { Length: > 12 } anchors) pinned.Add($"anchors {anchors[..12]}");
            pinned.AddRange(root.GetProperty("material").EnumerateArray().Take(10).Select(m => $"material {m.GetString()![..12]}"));
            return pinned;
        }

        private static string Word(string name) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);
    }
}
