using System.Globalization;

namespace Preservation.Signatures.Pdf;

/// <summary>Dates as PDF writes them (ISO 32000-2 §7.9.4): <c>D:20260301120000+07'00'</c>. What is left out is the least it can be; no zone is UTC.</summary>
internal static class PdfDates
{
    public static DateTimeOffset? Parse(byte[] text)
    {
        var written = PdfField.Text(text);
        var digits = written.StartsWith("D:", StringComparison.Ordinal) ? written[2..] : written;
        var length = digits.TakeWhile(char.IsAsciiDigit).Count();
        if (length is < 4 or > 14 || length % 2 != 0) return null;
        var full = digits[..length] + "00000101000000"[length..];
        if (!DateTime.TryParseExact(full, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return null;
        var zone = digits[length..].Replace("'", "", StringComparison.Ordinal);
        var offset = TimeSpan.Zero;
        if (zone.Length >= 3 && zone[0] is '+' or '-' && int.TryParse(zone.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var (hours, minutes) = zone.Length <= 3 ? (number, 0) : (number / 100, number % 100);
            if ((hours * 60) + minutes > 14 * 60 || minutes > 59) return null;
            offset = new TimeSpan(hours, minutes, 0) * (zone[0] == '-' ? -1 : 1);
        }
        var ticks = local.Ticks - offset.Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(local, offset);
    }
}
