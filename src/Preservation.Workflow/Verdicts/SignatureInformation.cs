using System.Collections.Immutable;
using System.Globalization;
using Preservation.Packages.Aip;
using Preservation.Packages.Premis;
using Preservation.Signatures;

namespace Preservation.Workflow.Verdicts;

/// <summary>Says in PREMIS what signatures a file carries (data dictionary §1.9): as found, whatever is believed of them. Bounded.</summary>
internal static class SignatureInformation
{
    private const int MostSignatures = 64;
    private const int MaxValueBytes = 16 << 10;
    private const int MaxCertificateBytes = 16 << 10;
    private const string Rules = "ETSI EN 319 102-1; validation policies, trust anchors and material are kept in metadata/other/signatures";

    /// <summary>Of a file that was read; what carries no value or no method is not told, since PREMIS wants both.</summary>
    public static ImmutableArray<PremisSignature> Of(SignatureReading reading) =>
        [.. reading.Signatures.Where(s => s.Method is { Length: > 0 } && s.Value.Length is > 0 and <= MaxValueBytes).Take(MostSignatures).Select(Of)];

    /// <summary>Adds to a submission's files what signatures they have; a detached one is told with what it signs, and both name each other.</summary>
    public static Func<SubmittedFile, SubmittedFile> Complete(ImmutableArray<PlannedVerdict> verdicts)
    {
        var over = verdicts.ToLookup(v => v.SignedPath, StringComparer.Ordinal);
        var detached = verdicts.Where(v => v.SignedPath != v.Summary.File).ToDictionary(v => v.Summary.File, v => v.SignedPath, StringComparer.Ordinal);
        return file => Complete(file, [.. over[file.Path].Select(v => (v.Summary.File, v.Found))], detached.GetValueOrDefault(file.Path));
    }

    /// <summary>The same of one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="over">The files with signatures over it, itself among them, and these.</param>
    /// <param name="signs">What it signs beside itself.</param>
    public static SubmittedFile Complete(SubmittedFile file, ImmutableArray<(string Carrier, ImmutableArray<PremisSignature> Found)> over, string? signs) =>
        over.IsEmpty && signs is null ? file : file with
        {
            Signatures = [.. over.SelectMany(o => o.Found).Take(MostSignatures)], SignedIn = [.. over.Select(o => o.Carrier).Where(c => c != file.Path)], Signs = signs,
        };

    private static PremisSignature Of(FoundSignature signature) => new(
        "base64", signature.Signer, MethodOf(signature.Method!), Convert.ToBase64String(signature.Value.Span), Rules, [.. Properties(signature)])
    {
        Certificate = signature.Certificate is { Length: <= MaxCertificateBytes } certificate ? Convert.ToBase64String(certificate.Span) : null,
    };

    private static string MethodOf(string method) => char.IsAsciiDigit(method[0]) ? "urn:oid:" + method : method;

    private static IEnumerable<string> Properties(FoundSignature signature)
    {
        yield return "id: " + signature.Id;
        yield return $"format: {signature.Format} {signature.Level}";
        if (signature.DigestMethod is { } digest) yield return "digest method: urn:oid:" + digest;
        if (signature.ClaimedTime is { } time) yield return "claimed signing time: " + time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
