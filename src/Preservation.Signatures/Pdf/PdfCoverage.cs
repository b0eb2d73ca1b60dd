using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Pdf.Structure;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Pdf;

/// <summary>
/// What a byte range says of the document, apart from whether its digest holds (ISO 32000-2 §12.8.1): it must begin at the first byte,
/// leave out exactly the Contents string of its own dictionary, and end where a revision ends; its dictionary must be the value of a field,
/// then and now.
/// </summary>
internal static class PdfCoverage
{
    private const int MaxTail = 64;

    public static PdfPlacement Judge(PdfSignatureDictionary signature, PdfLayout layout, string file)
    {
        var placement = JudgeRange(signature, layout, file);
        var document = layout.Document;
        if (document.IsRepaired) return placement.Unclear(new Finding(SignatureRules.PdfCrossReferences, file, null, document.Damage));
        if (document.IsLocked) return placement.Unclear(new Finding(SignatureRules.PdfEncrypted, file));
        return JudgeField(placement, signature, layout, file);
    }

    private static PdfPlacement JudgeRange(PdfSignatureDictionary signature, PdfLayout layout, string file)
    {
        var range = signature.ByteRange;
        if (range.Length != 4) return Unclear(file, $"{range.Length} numbers", "4 numbers");
        if (range[0] != 0) return Unclear(file, $"begins at {range[0]}", "begins at 0");
        if (range[1] != signature.ContentsStart || range[2] != signature.ContentsEnd)
            return Unclear(file, $"leaves out {range[1]}–{range[2]}", $"{signature.ContentsStart}–{signature.ContentsEnd}");
        if (range[3] < 0 || range[3] > layout.Scan.Bytes - range[2]) return Unclear(file, "ends behind the file", null);
        var end = range[2] + range[3];
        var revisions = layout.Document.Revisions;
        var revision = -1;
        for (var i = 0; i < revisions.Count; i++)
            if (end >= revisions[i].End && HoldsNothing(layout.Document.Source, revisions[i].End, end)) revision = i;
        if (layout.Document.IsRepaired) revision = 0;
        if (revision < 0) return Unclear(file, $"ends at {end}, where no revision ends", "ends with a revision");
        var more = layout.Scan.Bytes - end;
        // One line end behind %%EOF belongs to no object.
        if (more == 0 || revision == revisions.Count - 1 && more <= 2 && HoldsNothing(layout.Document.Source, end, layout.Scan.Bytes))
            return new PdfPlacement { Coverage = Coverage.Full, Revision = revision };
        return new PdfPlacement
        {
            Coverage = Coverage.Revision,
            Revision = revision,
            Findings = [new Finding(SignatureRules.PdfLaterRevision, file, null, more.ToString(CultureInfo.InvariantCulture))],
        };
    }

    private static PdfPlacement JudgeField(PdfPlacement placement, PdfSignatureDictionary signature, PdfLayout layout, string file)
    {
        var last = layout.Document.Revisions.Count - 1;
        var own = placement.Revision ?? last;
        if (layout.SignedFields(last).TryGetValue(signature.Offset, out var field))
        {
            placement = placement with { Field = field };
            return own == last || layout.SignedFields(own).ContainsKey(signature.Offset) ? placement
                : placement.Unclear(new Finding(SignatureRules.PdfNoField, file, null, Number(signature)));
        }
        if (layout.IsNamedByCatalog(signature.Offset, last)) return placement;
        if (layout.SignedFields(own).TryGetValue(signature.Offset, out field) || layout.IsNamedByCatalog(signature.Offset, own))
            return (placement with { Field = field }).Unclear(new Finding(SignatureRules.PdfDictionaryReplaced, file));
        return placement.Unclear(new Finding(SignatureRules.PdfNoField, file, null, Number(signature)));
    }

    // Line ends and a doubled mark.
    private static bool HoldsNothing(PdfSource source, long from, long to)
    {
        if (to - from > MaxTail) return false;
        for (var at = from; at < to; at++)
            if (!PdfParser.IsSpace(source.At(at)) && !"%EOF".Contains((char)Math.Max(0, source.At(at)), StringComparison.Ordinal)) return false;
        return true;
    }

    private static string Number(PdfSignatureDictionary signature) => signature.ObjectNumber.ToString(CultureInfo.InvariantCulture);

    private static PdfPlacement Unclear(string file, string found, string? expected) =>
        new() { Coverage = Coverage.Unclear, Findings = [new Finding(SignatureRules.PdfByteRange, file, expected, found)] };
}
