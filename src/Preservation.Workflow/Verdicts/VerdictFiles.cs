using System.Security.Cryptography;
using System.Text;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Verdicts;

/// <summary>
/// How what a verdict rests on is kept beside its report: files named by their content, so that what a later verdict rests on never takes the place of
/// what an earlier one does.
/// </summary>
internal static class VerdictFiles
{
    /// <summary>Where an AIP keeps reports and what they rest on.</summary>
    public const string Folder = "metadata/other/signatures/";

    /// <summary>Larger material is not kept a second time: the library's own objects keep it.</summary>
    public const int MaxMaterialBytes = 8 << 20;

    /// <summary>The path of a policy below the folder.</summary>
    public static string PolicyPath(PinnedFile policy) => $"basis/{policy.Id}.{policy.Sha256}.validation-policy";

    /// <summary>The path of a catalogue of algorithms.</summary>
    public static string AlgorithmsPath(PinnedFile catalogue) => $"basis/{catalogue.Id}.{catalogue.Sha256}.algorithm-catalogue";

    /// <summary>The path of a set of anchors.</summary>
    public static string AnchorsPath(string sha256) => $"basis/{sha256}.anchors.json";

    /// <summary>The path of a certificate, list or response.</summary>
    public static string MaterialPath(string sha256) => $"material/{sha256}.pem";

    /// <summary>Policies, catalogues of algorithms and anchors with the trusted lists behind these reports, with paths below the folder.</summary>
    public static IEnumerable<GeneratedText> Rules(VerificationPolicy policy, IReadOnlySet<string> lists)
    {
        foreach (var validation in policy.Validations) yield return new GeneratedText(PolicyPath(new PinnedFile(validation.Id, validation.Sha256)), Encoding.UTF8.GetString(validation.Encoded.Span));
        foreach (var (name, encoded) in policy.Validations.SelectMany(v => v.AlgorithmFiles).DistinctBy(a => a.Name))
            yield return new GeneratedText(AlgorithmsPath(new PinnedFile(name, Sha256(encoded))), Encoding.UTF8.GetString(encoded.Span));
        foreach (var trust in TrustBasis.Of("basis/", policy.TrustAnchors, lists)) yield return trust;
    }

    /// <summary>The anchors of a kept file.</summary>
    public static TrustAnchors AnchorsOf(byte[] kept) => TrustAnchors.Read(kept);

    /// <summary>What a report rests on beside the file, and what the file itself brought of that, each once.</summary>
    public static IEnumerable<GeneratedText> Material(VerificationReport report) =>
        report.Given.Concat(report.Used).Where(m => m.Length <= MaxMaterialBytes).DistinctBy(Sha256)
            .SelectMany(m => ValidationMaterial.ReadAll(m).Take(1).Select(one => new GeneratedText(MaterialPath(Sha256(m)), Pem(one.Kind switch { "CRL" => "X509 CRL", "OCSP" => "OCSP RESPONSE", var label => label }, m))));

    public static string Sha256(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

    private static string Pem(string label, ReadOnlyMemory<byte> encoded) => PemEncoding.WriteString(label, encoded.Span) + "\n";
}
