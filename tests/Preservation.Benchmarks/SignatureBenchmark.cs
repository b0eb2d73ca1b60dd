using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.EndToEnd.Tests;
using Preservation.Signatures;
using Preservation.Signatures.Tests.Pdf;

namespace Preservation.Benchmarks;

/// <summary>
/// Verification of signatures, as ratios in one run: CMS signatures a second beside .NET's SignedCms, and beside one process of <c>openssl cms -verify</c>
/// for each; a large detached signature, whole process, beside <c>openssl dgst</c> of the same file; a large signed XML document and a signed PDF of many
/// pages and revisions, whole process. Medians of five; the files are in the cache.
/// </summary>
internal static class SignatureBenchmark
{
    private const int Runs = 5;
    private const int Signatures = 2000;
    private const int Processes = 10;
    private const int Pages = 500;
    private const int Revisions = 5;
    private const int PageBytes = 20_000;

    public static async Task RunAsync(string work, double scale)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Benchmark", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Console.WriteLine("| workload | ours | other | ratio | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|");
        await CompareCmsAsync(work, certificate);
        await CompareDetachedAsync(work, certificate, (long)((5L << 30) * scale));
        await MeasureXmlAsync(work, certificate, (int)((16 << 20) * scale));
        await MeasurePdfAsync(work, certificate);
    }

    private static async Task CompareCmsAsync(string work, X509Certificate2 certificate)
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
        await CompareProcessesAsync(work, encoded, Program.Median(ours));
    }

    // A process for each signature is how openssl verifies many: so once process beside process, once beside one thread of a process of ours that goes on.
    // Neither judges the certificate (-noverify); ours makes its report besides.
    private static async Task CompareProcessesAsync(string work, byte[] encoded, double inOneProcess)
    {
        var file = Path.Join(work, "attached.p7m");
        await File.WriteAllBytesAsync(file, encoded);
        var (ours, theirs, peak) = (new List<double>(), new List<double>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var (mine, other) = (0.0, 0.0);
            for (var i = 0; i < Processes; i++)
            {
                var (seconds, memory, output) = await MeasureAsync(Machine.Preserve, "verify", file, "--json");
                if (!output.Contains("\"outcome\":\"INTACT\"", StringComparison.Ordinal)) throw new InvalidOperationException(output);
                mine += seconds;
                peak = Math.Max(peak, memory);
                var watch = Stopwatch.StartNew();
                await RunAsync("openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", file, "-out", "/dev/null");
                other += watch.Elapsed.TotalSeconds;
            }
            if (run == 0) continue;
            ours.Add(Processes / mine);
            theirs.Add(Processes / other);
        }
        Write("CMS, a second, a process each; openssl cms -verify", Program.Median(ours), Program.Median(theirs), Program.Median(ours) / Program.Median(theirs), peak);
        Write("CMS, a second, one thread; openssl cms -verify, a process each", inOneProcess, Program.Median(theirs), inOneProcess / Program.Median(theirs), null);
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

    // The document is the first revision, each signature one more; every page has a content of its own.
    private static async Task MeasurePdfAsync(string work, X509Certificate2 certificate)
    {
        var random = new Random(Pages);
        var document = PdfBench.Document(pages: Pages, content: _ => PageContent(random));
        var fields = "7 0 R";
        for (var revision = 1; revision < Revisions; revision++)
        {
            var (field, value) = (10_000 + 2 * revision, 10_001 + 2 * revision);
            document.Sign(certificate, field, value, $"Signature{revision}", others: fields);
            fields += $" {field} 0 R";
        }
        var file = Path.Join(work, "signed.pdf");
        await File.WriteAllBytesAsync(file, document.Bytes);
        var (ours, theirs, peak) = (new List<double>(), new List<double>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var (seconds, memory, output) = await MeasureAsync(Machine.Preserve, "verify", file, "--json");
            if (!output.Contains("\"outcome\":\"INTACT\"", StringComparison.Ordinal) || output.Split("\"cryptographic\":\"INTACT\"").Length != Revisions)
                throw new InvalidOperationException(output);
            var (other, _, _) = await MeasureAsync("pdfsig", "-nocert", file);
            if (run == 0) continue;
            ours.Add(seconds);
            theirs.Add(other);
            peak = Math.Max(peak, memory);
        }
        Write($"PDF, {Pages} pages, {Revisions} revisions, {new FileInfo(file).Length >> 20} MiB, s; pdfsig", Program.Median(ours), Program.Median(theirs), Program.Median(theirs) / Program.Median(ours), peak);
    }

    private static byte[] PageContent(Random random)
    {
        var text = new StringBuilder("BT /F1 12 Tf 10 100 Td ");
        while (text.Length < PageBytes) text.Append(CultureInfo.InvariantCulture, $"(Line {random.Next()}) Tj 0 -14 Td\n");
        return Encoding.ASCII.GetBytes(text.Append("ET").ToString());
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
