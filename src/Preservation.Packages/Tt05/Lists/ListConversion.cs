using System.Globalization;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>What became of a cell: a value as the circular writes it, and a rule when that is doubtful.</summary>
/// <param name="Value">Null when the cell gives none.</param>
/// <param name="Rule">Code of the rule, or null.</param>
/// <param name="Expected">For the finding.</param>
internal readonly record struct Converted(string? Value, string? Rule = null, string? Expected = null);

/// <summary>Turns the words, numbers and dates of a list into what the circular's fields hold.</summary>
internal sealed class ListConversion(ListVocabulary words)
{
    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal) { "totalDoc", "numberOfPaper", "numberOfPage", "docOrdinal", "ordinalInRound" };

    /// <summary>The value for a field named without its scope.</summary>
    public Converted Convert(string name, ListCell cell)
    {
        if (cell.IsEmpty) return default;
        var text = ListText.Clean(cell.Text!);
        if (name.EndsWith("Date", StringComparison.Ordinal)) return Date(text);
        if (IsPart(name)) return Part(name, text, cell.Kind);
        if (cell.Kind == ListCellKind.Date) text = Date(text).Value ?? text;
        if (name == "language") return Languages(text);
        if (words.HasTable(name)) return Word(name, text);
        if (Numbers.Contains(name)) return Number(text);
        return name switch
        {
            "codeNotation" => new(Text(text.TrimStart('/', ' '))),
            "codeNumber" => new(Text(text.TrimEnd('/', ' '))),
            "path" => new(cell.Text!.Trim()),
            "recordStatus" => new(text.ToUpperInvariant()),
            _ => new(text),
        };
    }

    /// <summary>True for the day, month or year of a date that stands in three columns.</summary>
    public static bool IsPart(string name) => Stem(name) is "start" or "end" or "issued" && !name.EndsWith("Date", StringComparison.Ordinal);

    /// <summary>The name of a date without Day, Month, Year or Date.</summary>
    public static string Stem(string name)
    {
        foreach (var part in (ReadOnlySpan<string>)["Day", "Month", "Year", "Date"])
            if (name.EndsWith(part, StringComparison.Ordinal)) return name[..^part.Length];
        return "";
    }

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static Converted Date(string text)
    {
        var date = TextDate.Parse(Padded(text));
        return date.IsDay ? new(date.From!.Value.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)) : new(null, "VN-LIST-DATE", "DD/MM/YYYY");
    }

    // 3/4/2025, 03.04.2025 and 03-04-2025 are the same day.
    private static string Padded(string text)
    {
        var parts = text.Split('/', '.', '-');
        return parts.Length == 3 && parts[2].Length == 4 && parts[0].Length <= 2 && parts[1].Length <= 2 ? $"{parts[0].PadLeft(2, '0')}/{parts[1].PadLeft(2, '0')}/{parts[2]}" : text;
    }

    // A whole date in the column of days is kept as such and fills the other two.
    private static Converted Part(string name, string text, ListCellKind kind)
    {
        if (name.EndsWith("Day", StringComparison.Ordinal) && (kind == ListCellKind.Date || text.Length > 2)) return Date(text);
        var isYear = name.EndsWith("Year", StringComparison.Ordinal);
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && text.Length <= 4;
        return isNumber && (isYear ? number is >= 1000 and <= 9999 : number is >= 1 and <= 31)
            ? new(number.ToString(isYear ? "0000" : "00", CultureInfo.InvariantCulture))
            : new(null, "VN-LIST-DATE", isYear ? "YYYY" : name.EndsWith("Month", StringComparison.Ordinal) ? "1–12" : "1–31");
    }

    private static Converted Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(number.ToString(CultureInfo.InvariantCulture)) : new(null, "VN-LIST-NUMBER");

    private Converted Word(string name, string text)
    {
        var (code, reading) = words.Read(name, text);
        return reading switch
        {
            Reading.Sure => new(code),
            Reading.Unmarked => new(code, "VN-LIST-SPELLING", code),
            Reading.Older => new(code, "VN-LIST-OLDER-WORD", code),
            _ => new(null, "VN-LIST-WORD", words.Describe(name)),
        };
    }

    // "Việt - Anh" is a word of its own; "Tiếng Việt, Tiếng Anh" are two.
    private Converted Languages(string text)
    {
        var whole = Word("language", text);
        if (whole.Value is not null) return whole;
        var parts = text.Split([',', ';', '/', '+'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(p => p.Split(" và ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(p => Word("language", p)).ToList();
        if (parts.Count == 0 || parts.Exists(p => p.Value is null)) return whole;
        var doubtful = parts.Find(p => p.Rule is not null);
        return new(string.Join(';', parts.Select(p => p.Value).Distinct()), doubtful.Rule, doubtful.Expected);
    }
}
