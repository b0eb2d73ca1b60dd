using System.Globalization;
using System.Text;

namespace Preservation.Workflow.Fixity;

/// <summary>The bad files as CSV (RFC 4180, UTF-8 with a mark): the columns of the check procedure (VN-FIX-05: file name, storage address, medium) and what was done.</summary>
public static class FixityReportCsv
{
    private const string Columns =
        "foundAt,store,address,key,package,outcome,expectedSha512,observedSha512,action,repairedFrom,repairedAt,fileName,mediumNumber,mediumMark,detail,quarantineKey,firstFoundAt,secondsToRepair,packageTitle,personsFinding";

    /// <summary>Writes the report's problems.</summary>
    public static byte[] ToBytes(FixityReportView report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var csv = new StringBuilder(Columns + "\r\n");
        foreach (var p in report.Problems)
            csv.AppendJoin(',', new[]
            {
                Time(p.FoundAt), p.Store, p.Address, p.Key, p.PackageId.ToString(), p.Outcome.ToString(), p.ExpectedSha512, p.ObservedSha512 ?? "", p.Action, p.RepairedFrom ?? "", p.RepairedAt is { } at ? Time(at) : "",
                p.FileName, string.Join("; ", p.Media.Select(m => m.Number)), string.Join("; ", p.Media.Select(m => m.Mark)), p.Detail ?? "", p.QuarantineKey ?? "", Time(p.FirstFoundAt),
                p.SecondsToRepair?.ToString("0.###", CultureInfo.InvariantCulture) ?? "", p.PackageTitle ?? "", p.PersonsFinding ?? "",
            }.Select(Quote)).Append("\r\n");
        return [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(csv.ToString())];
    }

    private static string Time(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    // A leading = + - @ would be taken for a formula by a spreadsheet.
    private static string Quote(string field) =>
        "\"" + (field.Length > 0 && field[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + field : field).Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
