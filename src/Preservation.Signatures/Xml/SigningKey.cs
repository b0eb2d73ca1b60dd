using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Xml.Xades;

namespace Preservation.Signatures.Xml;

/// <summary>Keys that may have made a signature, the likeliest first: what is signed goes before what is only stated.</summary>
internal static class SigningKey
{
    private const int MaxTried = 20;

    /// <param name="keyInfo">What ds:KeyInfo states.</param>
    /// <param name="signed">Signed references to the signer's certificate.</param>
    /// <param name="embedded">Certificates of the signature, those of KeyInfo first.</param>
    /// <param name="known">Certificates from elsewhere.</param>
    /// <returns>Keys with the certificates they came from; a key that is spelt out may have none.</returns>
    public static List<(PublicKey Key, Certificate? Certificate)> Candidates(
        XmlKeyInfo keyInfo, List<XadesCertificateReference> signed, ImmutableArray<Certificate> embedded, ImmutableArray<Certificate> known)
    {
        var all = embedded.AddRange(known);
        var named = all.Where(c => signed.Exists(s => s.Matches(c))).ToList();
        var stated = embedded.Where(c => keyInfo.Certificates.Exists(k => k.Span.SequenceEqual(c.Encoded.Span))).ToList();
        // Where none of those that were signed made the value, another may have: that is told, and is another thing than a wrong value.
        var found = named.Concat(stated.Where(keyInfo.Names).Concat(stated).Concat(all.Where(keyInfo.Names))).ToList();
        if (found.Count == 0 && keyInfo.Key is null) found.AddRange(known);
        var candidates = Distinct(found);
        if (keyInfo.Key is { } key) candidates.Add((key, null));
        return candidates;
    }

    private static List<(PublicKey Key, Certificate? Certificate)> Distinct(List<Certificate> certificates) =>
        [.. certificates.DistinctBy(c => c.Report.Sha256).Take(MaxTried).Select(c => (c.Key, (Certificate?)c))];
}
