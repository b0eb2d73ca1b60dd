using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Pdf;

/// <summary>
/// What a byte range says of the document, apart from whether its digest holds (ISO 32000-2 §12.8.1): it must begin at the first byte,
/// leave out exactly the Contents string of its own dictionary, and end where a revision ends.
/// </summary>
internal static class PdfCoverage
{
    public static (Coverage Coverage, ImmutableArray<Finding> Findings) Judge(PdfSignatureDictionary signature, PdfScan scan, string file)
    {
        var range = signature.ByteRange;
        if (scan.Rewritten.Contains(signature.ObjectNumber))
            return (Coverage.Unclear, [new Finding(SignatureRules.PdfDictionaryReplaced, file)]);
        if (range.Length != 4) return Unclear(file, $"{range.Length} numbers", "4 numbers");
        if (range[0] != 0) return Unclear(file, $"begins at {range[0]}", "begins at 0");
        if (range[1] != signature.ContentsStart || range[2] != signature.ContentsEnd)
            return Unclear(file, $"leaves out {range[1]}–{range[2]}", $"{signature.ContentsStart}–{signature.ContentsEnd}");
        var end = range[2] + range[3];
        if (end == scan.Bytes) return (Coverage.Full, []);
        if (!scan.Ends.Any(e => end >= e && end <= e + 2))
            return Unclear(file, $"ends at {end}, within a revision", "ends with a revision");
        var more = scan.Bytes - end;
        // One line end behind %%EOF belongs to no object.
        if (more <= 2 && scan.Ends[^1] <= end) return (Coverage.Full, []);
        return (Coverage.Revision,
            [new Finding(SignatureRules.PdfLaterRevision, file, null, more.ToString(CultureInfo.InvariantCulture))]);
    }

    private static (Coverage, ImmutableArray<Finding>) Unclear(string file, string found, string expected) =>
        (Coverage.Unclear, [new Finding(SignatureRules.PdfByteRange, file, expected, found)]);
}
