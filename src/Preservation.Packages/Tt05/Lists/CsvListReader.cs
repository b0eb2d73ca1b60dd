using System.Text;
using CsvHelper;
using Preservation.Core;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// Reads a list kept as CSV (RFC 4180): UTF-8 with or without a mark, or UTF-16 with one; separated by comma, semicolon or tab, whichever
/// the first lines have most of.
/// </summary>
internal static class CsvListReader
{
    private const int HeadCharacters = 1 << 16;
    private const int MaxRecord = 1 << 22;
    private static readonly char[] Separators = [',', ';', '\t'];

    public static async Task<(List<ListSheet> Sheets, List<Finding> Findings)> ReadAsync(Stream csv, string file, Limits limits, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var sheet = new ListSheet(file, null);
        try
        {
            csv.Position = 0;
            var separator = await SeparatorAsync(csv, cancellationToken).ConfigureAwait(false);
            csv.Position = 0;
            using var text = Text(csv);
            await ReadAsync(text, separator, sheet, new ListCounter(file, limits, findings), findings, cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException)
        {
            findings.Add(Tt05ListRules.New("VN-LIST-ENCODING", file, "UTF-8, UTF-16"));
            return ([], findings);
        }
        catch (CsvFormatException e)
        {
            findings.Add(Tt05ListRules.New("VN-LIST-QUOTES", sheet.Row((int)e.RecordNumber)));
        }
        return ([sheet], findings);
    }

    private static async Task ReadAsync(TextReader text, char separator, ListSheet sheet, ListCounter counter, List<Finding> findings, CancellationToken cancellationToken)
    {
        var options = new CsvReaderOptions
        {
            Separator = separator, HasHeader = false, SkipEmptyLines = false, MaxRecordSize = MaxRecord,
            OnMalformedRecord = m => findings.Add(Tt05ListRules.New("VN-LIST-QUOTES", sheet.Row((int)m.RecordNumber))),
        };
        using var csv = CsvReader.Create(text, options, leaveOpen: true);
        while (!counter.IsFull && await csv.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = (int)csv.RowNumber;
            var wide = csv.FieldCount;
            while (wide > 0 && csv.IsEmpty(wide - 1)) wide--;
            if (wide == 0 || !counter.Column(sheet, row, wide - 1)) continue;
            var cells = new ListCell[wide];
            for (var i = 0; i < wide; i++)
            {
                cells[i] = new ListCell(csv.GetString(i));
                counter.Characters(cells[i].Text!.Length);
            }
            if (!Array.TrueForAll(cells, c => c.IsEmpty) && counter.Row()) sheet.Rows.Add(new ListRow(row, cells));
        }
    }

    private static StreamReader Text(Stream csv)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
        return new StreamReader(csv, strict, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 14, leaveOpen: true);
    }

    // The line of the head that has most of one separator, outside quotation marks, is the row of headings.
    private static async Task<char> SeparatorAsync(Stream csv, CancellationToken cancellationToken)
    {
        using var text = Text(csv);
        var buffer = new char[HeadCharacters];
        var length = await text.ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        var counts = new int[Separators.Length];
        var (best, most, isQuoted) = (',', 0, false);
        for (var i = 0; i < length; i++)
        {
            if (buffer[i] == '"') isQuoted = !isQuoted;
            else if (!isQuoted && Array.IndexOf(Separators, buffer[i]) is >= 0 and var at && ++counts[at] > most) (best, most) = (Separators[at], counts[at]);
            else if (!isQuoted && buffer[i] is '\n' or '\r') Array.Clear(counts);
        }
        return best;
    }
}
