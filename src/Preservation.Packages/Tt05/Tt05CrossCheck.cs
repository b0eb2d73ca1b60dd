using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05;

/// <summary>A document's descriptor and where it lies.</summary>
internal sealed record Tt05Described(string Kind, string Id, string Path, SimpleDc Descriptor);

/// <summary>What the rules across fields look at. A DIP gives documents of any dossiers: only what binds each of them is asked. A supplement speaks of a part of the dossier: its ordinals and counts are those of the whole.</summary>
internal sealed record Tt05CrossInput(string DossierPath, SimpleDc Dossier, IReadOnlyList<Tt05Described> Documents, Tt05Form Form, bool IsSupplement, Tt05CheckOptions Options);

/// <summary>The rules across fields, VN-C01 to VN-C09; those about files are with the structure.</summary>
internal static class Tt05CrossCheck
{
    public static IEnumerable<Finding> Check(Tt05CrossInput input) =>
        (input.Form == Tt05Form.Dip ? [] : Dossier(input).Concat(Ordinals(input)).Concat(Counts(input))).Concat(input.Documents.SelectMany(d => Document(input, d)));

    private static IEnumerable<Finding> Dossier(Tt05CrossInput input)
    {
        var (path, dossier) = (input.DossierPath, input.Dossier);
        if (dossier["confidenceLevel"] == "02" && dossier["paperFileCode"] is null) yield return New("VN-C01", path, "paperFileCode");
        foreach (var finding in RiskRecovery(dossier, path)) yield return finding;
        if (Date(dossier["startDate"]) is { From: { } start } && Date(dossier["endDate"]) is { To: { } end } && start > end)
            yield return New("VN-C06", path, "startDate ≤ endDate");
        if (input.Options.IsHistoricalArchive && dossier["maintenance"] is { } maintenance && maintenance != "01")
            yield return New("VN-C08", path, "maintenance: 01", maintenance);
        foreach (var finding in Secret(dossier, path, input.Options)) yield return finding;
        var longest = input.Documents.Select(d => d.Descriptor["maintenance"]).Where(IsOrdered).Min(StringComparer.Ordinal);
        if (IsOrdered(dossier["maintenance"]) && longest is not null && string.CompareOrdinal(dossier["maintenance"], longest) > 0)
            yield return New("VN-C07", path, longest, dossier["maintenance"]);
    }

    private static IEnumerable<Finding> Document(Tt05CrossInput input, Tt05Described document)
    {
        var fields = document.Descriptor;
        if (input.Form is not (Tt05Form.AipDossier or Tt05Form.AipCollection))
            foreach (var finding in RiskRecovery(fields, document.Path)) yield return finding;
        if (document.Kind == "doc" && fields["confidenceLevel"] is "01" or "03" && document.Kind == "doc" && fields["process"] is null)
            yield return New("VN-C03", document.Path, "process");
        if (Date(fields["issuedDate"]) is { From: { } issued, To: { } issuedTo }
            && Date(input.Dossier["startDate"]) is { From: { } start } && Date(input.Dossier["endDate"]) is { To: { } end }
            && (issuedTo < start || issued > end))
            yield return New("VN-C06-ISSUED", document.Path, "startDate ≤ issuedDate ≤ endDate");
        foreach (var finding in Secret(fields, document.Path, input.Options)) yield return finding;
    }

    private static IEnumerable<Finding> RiskRecovery(SimpleDc fields, string path)
    {
        if (fields["riskRecovery"] == "1" && fields["riskRecoveryStatus"] is null) yield return New("VN-C02", path, "riskRecoveryStatus", "–");
        if (fields["riskRecovery"] == "0" && fields["riskRecoveryStatus"] is { } status) yield return New("VN-C02", path, "–", status);
    }

    private static IEnumerable<Finding> Secret(SimpleDc fields, string path, Tt05CheckOptions options)
    {
        if (!options.AllowsSecret && fields["mode"] == "03") yield return New("VN-SEC-01", path, "mode: 01, 02", "03");
    }

    private static IEnumerable<Finding> Ordinals(Tt05CrossInput input)
    {
        var fileCode = input.Dossier["fileCode"] ?? input.Dossier["arcFileCode"];
        var ordinals = new List<(int Ordinal, string Path)>();
        foreach (var document in input.Documents)
        {
            if (Code(document.Descriptor) is not { } code) continue;
            if (Ordinal(code) is not { } ordinal) yield return New("VN-C04", document.Path, "docCode: ….0000001");
            else
            {
                ordinals.Add((ordinal, document.Path));
                if (fileCode is not null && code[..^8] != fileCode) yield return New("VN-C04-PREFIX", document.Path, "docCode: fileCode + .0000001");
            }
        }
        var expected = 1;
        foreach (var (ordinal, path) in ordinals.OrderBy(o => o.Ordinal).ThenBy(o => o.Path, StringComparer.Ordinal))
        {
            if (ordinal != expected && !input.IsSupplement) yield return New("VN-C04", path, Text(expected), Text(ordinal));
            expected = ordinal + 1;
        }
    }

    private static IEnumerable<Finding> Counts(Tt05CrossInput input)
    {
        if (Number(input.Dossier["totalDoc"]) is { } total && (input.IsSupplement ? total < input.Documents.Count : total != input.Documents.Count))
            yield return New("VN-C05", input.DossierPath, Text(input.Documents.Count), Text(total));
        var pages = input.Documents.Where(d => d.Kind == "doc").Select(d => Number(d.Descriptor["numberOfPage"])).ToList();
        if (Number(input.Dossier["numberOfPage"]) is { } sum && pages.Count == input.Documents.Count && pages.All(p => p is not null) && (input.IsSupplement ? pages.Sum() > sum : pages.Sum() != sum))
            yield return New("VN-C05-PAGES", input.DossierPath, Text(pages.Sum()!.Value), Text(sum));
    }

    /// <summary>The order a document code ends with, or null when it does not end with a point and seven digits.</summary>
    public static int? Ordinal(string code) =>
        code.Length > 8 && code[^8] == '.' && int.TryParse(code[^7..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) && ordinal > 0 ? ordinal : null;

    public static string? Code(SimpleDc fields) => fields["docCode"] ?? fields["arcDocCode"];

    // 07 means "other": its length is not known from the code.
    private static bool IsOrdered(string? maintenance) => maintenance is "01" or "02" or "03" or "04" or "05" or "06";

    private static TextDate? Date(string? text) => text is null ? null : TextDate.Parse(text);

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Finding New(string code, string path, string? expected = null, string? found = null) => new(Tt05Rules.Get(code), path, expected, found);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
