using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Trust;

/// <summary>
/// What an AIP keeps of the trust its verdicts rest on: the set of anchors as it is pinned, the certificates for people with <c>openssl</c>, and the trusted
/// lists that an anchor of a verdict stands in; named by their content, so that what is kept later takes the place of nothing.
/// </summary>
internal static class TrustBasis
{
    private const int MaxListBytes = 8 << 20;

    /// <summary>SHA-256 of the lists behind a report's verdicts.</summary>
    public static IEnumerable<string> ListsOf(VerificationReport report) => report.Signatures.SelectMany(s => s.Verdicts.Select(v => v.Anchor).Concat(s.Timestamps.Select(t => t.Anchor)))
        .Concat(report.Timestamps.Select(t => t.Anchor)).Select(a => a?.Source?.Sha256).OfType<string>();

    /// <summary>The files, in <paramref name="folder"/>.</summary>
    public static IEnumerable<GeneratedText> Of(string folder, TrustAnchors anchors, IReadOnlySet<string> lists)
    {
        if (anchors.Count == 0) yield break;
        yield return new GeneratedText($"{folder}{anchors.Sha256}.anchors.json", Encoding.UTF8.GetString(anchors.Json.Span));
        yield return new GeneratedText($"{folder}{anchors.Sha256}.anchors.pem", string.Concat(anchors.Encoded.Select(a => PemEncoding.WriteString("CERTIFICATE", a.Span) + "\n")));
        // A larger one stands among the validation material, under the same digest.
        foreach (var list in anchors.Lists.Where(l => l.IsUsed && lists.Contains(l.Sha256) && l.Bytes.Length <= MaxListBytes))
            yield return Utf8.IsValid(list.Bytes.Span) ? new GeneratedText($"{folder}{list.Sha256}.xtsl", Encoding.UTF8.GetString(list.Bytes.Span))
                : new GeneratedText($"{folder}{list.Sha256}.xtsl.base64", Convert.ToBase64String(list.Bytes.Span, Base64FormattingOptions.InsertLineBreaks));
    }
}
