using Preservation.Signatures.Pdf.Changes;

namespace Preservation.Signatures.Pdf;

/// <summary>What a PDF adds behind an earlier version of itself: whoever gave a document out to be signed asks whether that is all that was done to it.</summary>
public static class PdfAdditions
{
    /// <summary>
    /// True when the first so many bytes of the file are revisions of their own and everything behind them signs: signatures, time-stamps, validation material and metadata
    /// (ISO 32000-2 §12.8.2.2, table 257), and nothing that changes pages, fields or annotations. False also where it cannot be said.
    /// </summary>
    /// <param name="file">The later file. That it begins with the earlier one's bytes is the caller's to compare.</param>
    /// <param name="earlierBytes">Length of the earlier one.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<bool> OnlySignAsync(SignedFile file, long earlierBytes, SignatureLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(limits);
        var stream = await PdfSpool.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var layout = await Task.Run(() => PdfLayout.Read(stream, limits, cancellationToken), cancellationToken).ConfigureAwait(false);
            var document = layout.Document;
            if (document.IsRepaired || document.IsLocked || layout.Scan.LastObject >= document.Revisions[^1].End) return false;
            var last = document.Revisions.Count(r => r.End <= earlierBytes) - 1;
            if (last < 0 || last == document.Revisions.Count - 1) return false;
            var (changes, unjudged) = layout.ChangesAfter(last);
            return unjudged is null && changes.All(c => c.Kind is PdfChangeKind.Signing or PdfChangeKind.Validation or PdfChangeKind.Metadata);
        }
    }
}
