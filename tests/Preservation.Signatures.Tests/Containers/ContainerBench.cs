using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests.Containers;

/// <summary>Packs containers.</summary>
internal static class ContainerBench
{
    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                stream.Write(content);
            }
        return packed.ToArray();
    }

    public static (string Name, byte[] Content) Text(string name, string content) => (name, Encoding.UTF8.GetBytes(content));

    public static Task<VerificationReport> VerifyAsync(string name, byte[] container, SignatureLimits? limits = null) => SignatureVerification.VerifyAsync(
        SigningBench.File(name, container), [], new VerificationPolicy { SignatureLimits = limits ?? SignatureLimits.Default }, SigningBench.Now, default);

    public static string Manifest(string signature, params (string Name, byte[] Content)[] files) =>
        $"<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><asic:SigReference URI=\"{signature}\"/>"
        + string.Concat(files.Select(f => $"<asic:DataObjectReference URI=\"{Uri.EscapeDataString(f.Name)}\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue>{Convert.ToBase64String(SHA256.HashData(f.Content))}</ds:DigestValue></asic:DataObjectReference>"))
        + "</asic:ASiCManifest>";

    public static string[] Codes(VerificationReport report) => [.. report.Findings.Concat(report.Signatures.SelectMany(s => s.Findings)).Select(f => f.Rule.Code).Distinct()];
}
