using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Tells in cells what the judging of a package to be made tells in documents and fields.</summary>
internal static class DraftFindings
{
    private static readonly Dictionary<string, string> SaidBy = new(StringComparer.Ordinal)
    {
        ["VN-C04"] = "VN-LIST-ORDINAL", ["VN-C05"] = "VN-LIST-COUNT",
    };

    /// <summary>The findings with places in the list; what the list's own rules have said of the same cell is left out.</summary>
    public static IEnumerable<Finding> InCells(IEnumerable<Finding> findings, Tt05ListedDossier dossier, IReadOnlyCollection<Finding> said)
    {
        var cells = said.Where(f => f.Rule.Severity == Severity.Error).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            if (SaidBy.TryGetValue(finding.Rule.Code, out var other) && said.Any(s => s.Rule.Code.StartsWith(other, StringComparison.Ordinal))) continue;
            var (record, scope) = Record(finding.Path, dossier);
            if (record is null)
            {
                yield return finding;
                continue;
            }
            var name = Name(finding, scope);
            if (finding.Rule.Code == "VN-SRC-03" && (record.Bad.Contains("document.path") || cells.Contains(record.PlaceOf("document.path")))) continue;
            // The dossier's pages are the sum of its documents'; one that cannot be read has been reported itself.
            if (finding.Rule.Code == "VN-FLD-01" && name == "file.numberOfPage" && dossier.Records.Any(r => r["document.numberOfPage"] is null)) continue;
            // A field that is missing because its cell, or its column, is at fault has been reported with that.
            if (finding.Rule.Code == "VN-FLD-01" && (record.Bad.Contains(name) || cells.Contains(record.PlaceOf(name)) || cells.Contains(record.PlaceOf(DayOf(name))))) continue;
            yield return finding with { Path = record.PlaceOf(DayOf(name)) };
        }
    }

    private static (ListRecord? Record, string Scope) Record(string path, Tt05ListedDossier dossier)
    {
        if (path == "dossier") return (dossier.Records.FirstOrDefault(), "file.");
        var isDocument = path.StartsWith("documents[", StringComparison.Ordinal) && path.Contains(']', StringComparison.Ordinal);
        return isDocument && int.TryParse(path["documents[".Length..path.IndexOf(']', StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (dossier.Records[index], "document.") : (null, "");
    }

    // Which field a finding is about: its rule says so, or the first word of what was expected does.
    private static string Name(Finding finding, string scope) => finding.Rule.Code switch
    {
        "VN-C04" or "VN-C04-PREFIX" => scope + "docOrdinal",
        "VN-C05" => scope + "totalDoc",
        "VN-C06-ISSUED" => scope + "issuedDate",
        "VN-C07" or "VN-C08" => scope + "maintenance",
        _ => scope + new string([.. (finding.Expected ?? "").TakeWhile(char.IsAsciiLetter)]),
    };

    private static string DayOf(string name) => name is "file.startDate" or "file.endDate" or "document.issuedDate" ? name[..^"Date".Length] + "Day" : name;
}
