using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.EndToEnd.Tests;
using Preservation.Signatures;

namespace Preservation.Benchmarks;

/// <summary>
/// Verification of signatures, as ratios in one run: CMS signatures a second beside .NET's SignedCms; a large detached signature, whole process, beside
/// <c>openssl dgst</c> of the same file; a large signed XML document, whole process. Medians of five; the files are in the cache.
/// </summary>
internal static class SignatureBenchmark
{
    private const int Runs = 5;
    private const int Signatures = 2000;

    public static async Task RunAsync(string work, double scale)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Benchmark", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Console.WriteLine("| workload | ours | other | ratio | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|");
        await CompareCmsAsync(certificate);
        await CompareDetachedAsync(work, certificate, (long)((5L << 30) * scale));
        await MeasureXmlAsync(work, certificate, (int)((16 << 20) * scale));
    }

    private static async Task CompareCmsAsync(X509Certificate2 certificate)
    {
        var cms = new SignedCms(new ContentInfo(new byte[4096]));
        cms.ComputeSignature(new CmsSigner(certificate) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1") }, silent: true);
        var encoded = cms.Encode();
        var file = new SignedFile("x.p7m", encoded.Length, _ => Task.FromResult<Stream>(new MemoryStream(encoded, writable: false)));
        var policy = new VerificationPolicy();
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var run = 0; run <= Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Signatures; i++)
                if (!(await SignatureVerification.ReadAsync(file, [], policy, default)).IsSigned) throw new InvalidOperationException("no signature");
            var mine = Signatures / Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Signatures; i++)
            {
                var other = new SignedCms();
                other.Decode(encoded);
                other.CheckSignature(verifySignatureOnly: true);
            }
            if (run == 0) continue; // compiles
            ours.Add(mine);
            theirs.Add(Signatures / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Write("CMS RSA-2048, a second, one thread; SignedCms", Program.Median(ours), Program.Median(theirs), Program.Median(ours) / Program.Median(theirs), null);
    }

    private static async Task CompareDetachedAsync(string work, X509Certificate2 certificate, long bytes)
    {
        var (pem, content, signature) = (Path.Join(work, "key.pem"), Path.Join(work, "content.bin"), Path.Join(work, "content.bin.p7s"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using (var file = File.Create(content)) file.SetLength(bytes);
        await RunAsync("openssl", "cms", "-sign", "-binary", "-in", content, "-signer", pem, "-inkey", pem, "-outform", "DER", "-out", signature);
        var (ours, theirs, peak) = (new List<double>(), new List<double>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var (seconds, memory, output) = await MeasureAsync(Machine.Preserve, "verify", signature, "--content", content, "--json");
            if (!output.Contains("\"outcome\":\"INTACT\"", StringComparison.Ordinal)) throw new InvalidOperationException(output);
            var (other, _, _) = await MeasureAsync("openssl", "dgst", "-sha256", content);
            if (run == 0) continue;
            ours.Add(bytes / seconds / (1 << 20));
            theirs.Add(bytes / other / (1 << 20));
            peak = Math.Max(peak, memory);
        }
        Write($"detached, {bytes >> 20} MiB, MiB a second; openssl dgst", Program.Median(ours), Program.Median(theirs), Program.Median(ours) / Program.Median(theirs), peak);
        File.Delete(content);
    }

    private static async Task MeasureXmlAsync(string work, X509Certificate2 certificate, int bytes)
    {
        var (template, signed, pem) = (Path.Join(work, "template.xml"), Path.Join(work, "signed.xml"), Path.Join(work, "key.pem"));
        var text = new StringBuilder("<list>");
        for (var i = 0; text.Length < bytes; i++) text.Append(CultureInfo.InvariantCulture, $"<record id=\"r{i}\" kind='văn bản'><number>{i}</number><title>Quyết định số {i}</title></record>\n");
        text.Append("""
            <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
            <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
            <Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo>
            <SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature></list>
            """);
        await File.WriteAllTextAsync(template, text.ToString());
        await RunAsync("xmlsec1", "--sign", "--privkey-pem", $"{pem},{pem}", "--output", signed, template);
        var (ours, theirs, peak) = (new List<double>(), new List<double>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var (seconds, memory, output) = await MeasureAsync(Machine.Preserve, "verify", signed, "--json");
            if (!output.Contains("\"outcome\":\"INTACT\"", StringComparison.Ordinal)) throw new InvalidOperationException(output);
            var (other, _, _) = await MeasureAsync("xmlsec1", "--verify", "--insecure", signed);
            if (run == 0) continue;
            ours.Add(seconds);
            theirs.Add(other);
            peak = Math.Max(peak, memory);
        }
        Write($"XML, {bytes >> 20} MiB, s; xmlsec1", Program.Median(ours), Program.Median(theirs), Program.Median(theirs) / Program.Median(ours), peak);
    }

    private static void Write(string workload, double ours, double other, double ratio, long? peak) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {workload} | {ours:F2} | {other:F2} | {ratio:F2} | {peak} |"));

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exit, output, error) = await Machine.RunAsync(program, arguments);
        if (exit != 0) throw new InvalidOperationException($"{program}: {output} {error}");
    }

    private static async Task<(double Seconds, long PeakMiB, string Output)> MeasureAsync(string program, params string[] arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        var watch = Stopwatch.StartNew();
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(10))) peak = Math.Max(peak, Program.PeakBytes(process));
        await error;
        return (watch.Elapsed.TotalSeconds, peak >> 20, await output);
    }
}
