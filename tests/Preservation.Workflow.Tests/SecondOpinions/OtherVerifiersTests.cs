using Preservation.Signatures;
using Preservation.Testing;
using Preservation.Workflow.SecondOpinions;

namespace Preservation.Workflow.Tests.SecondOpinions;

/// <summary>Our verdicts beside those of openssl and pdfsig over the same files. Every disagreement is known and argued here.</summary>
public sealed class OtherVerifiersTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    // File → why the other verifier says something else.
    private const string Mislabelled = "digest and signature algorithm name different functions; openssl does not compare them (RFC 5652 §5.3)";
    private const string TwoFunctions = "PSS with another function than the content's; openssl refuses the parameters before it computes anything, we judge by both and warn (RFC 4056 §3)";
    private const string Enclosing = "a PDF signature is detached and must not enclose content (ISO 32000-2 §12.8.3.3); pdfsig does not look";
    private static readonly Dictionary<string, string> Argued = new(StringComparer.Ordinal)
    {
        ["cades/CAdES-BpB-att-SHA256-SHA512withRSA.p7m"] = Mislabelled,
        ["cades/CAdES-BpB-att-SHA3_256-SHA256withRSA.p7m"] = Mislabelled,
        ["cades/CAdES-BpB-att-SHA3_512-SHA256withRSA.p7m"] = Mislabelled,
        ["cades/CAdES-BpB-att-SHA256-SHA3_256withRSAandMGF1.p7m"] = TwoFunctions,
        ["pades/pades-enveloping-empty-bytes-cms.pdf"] = Enclosing,
        ["pades/pyhanko-pdf-sig-with-econtent.pdf"] = Enclosing,
    };

    [TestCase("cades", "openssl")]
    [TestCase("pades", "pdfsig")]
    public async Task Other_verifiers_agree_but_for_what_is_argued(string folder, string tool)
    {
        var verifiers = new OtherVerifiers();
        var (agree, unjudged, disagree) = (0, 0, new List<string>());
        foreach (var row in File.ReadLines(SharedFiles.Corpus("signatures/MANIFEST.csv")).Skip(1).Where(l => l.Contains($",{folder},", StringComparison.Ordinal)))
        {
            var fields = row.Split(',');
            if (fields[5].Contains(';', StringComparison.Ordinal)) continue;
            var (path, content) = (SharedFiles.Corpus("signatures/" + fields[2]), fields[5].Length == 0 ? null : SharedFiles.Corpus("signatures/" + fields[5]));
            var ours = await SignatureVerification.VerifyAsync(Open(path), content is null ? [] : [Open(content)], new VerificationPolicy(), Now, default);
            var carrier = folder == "pades" ? SignatureCarrier.Pdf : SignatureCarrier.Cms;
            var opinion = await verifiers.AskAsync(carrier, path, content, ours, default);
            Assert.That(opinion, Is.Not.Null, $"{tool} is not installed");
            Assert.That(opinion.Tool, Is.EqualTo(tool));
            if (opinion.Agrees is null) unjudged++;
            else if (opinion.Agrees.Value) agree++;
            else disagree.Add(fields[2]);
            if (opinion.Agrees == false) await TestContext.Out.WriteLineAsync($"{fields[2]}: {tool} {opinion.Outcome}, ours {ours.Outcome}, corpus {fields[8]}{Environment.NewLine}{opinion.Output}");
        }
        await TestContext.Out.WriteLineAsync($"{folder}: {tool} agrees on {agree}, does not judge {unjudged}, disagrees on {disagree.Count}");
        Assert.That(disagree.Where(d => !Argued.ContainsKey(d)), Is.Empty);
    }

    [Test]
    public async Task A_program_that_never_ends_is_ended_and_one_that_is_not_there_is_no_failure()
    {
        Assert.That(await LimitedProcess.RunAsync("tail", ["-f", "/dev/null"], TimeSpan.FromMilliseconds(200), default), Is.Null);
        Assert.That(await LimitedProcess.RunAsync("no-such-verifier", [], TimeSpan.FromSeconds(5), default), Is.Null);
    }

    [Test]
    public async Task A_program_sees_none_of_our_environment_and_can_write_no_file()
    {
        Environment.SetEnvironmentVariable("PRESERVATION_SECRET_OF_A_TEST", "x");
        var answer = await LimitedProcess.RunAsync("env", [], TimeSpan.FromSeconds(5), default);
        Assert.That(answer!.Value.Output, Does.Not.Contain("PRESERVATION_SECRET_OF_A_TEST"));
        var written = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        var refused = await LimitedProcess.RunAsync("sh", ["-c", $"echo x > {written}"], TimeSpan.FromSeconds(5), default);
        Assert.That(refused?.Exit, Is.Not.Zero);
        Assert.That(!File.Exists(written) || new FileInfo(written).Length == 0);
        File.Delete(written);
    }

    private static SignedFile Open(string path) => new(path, new FileInfo(path).Length, _ => Task.FromResult<Stream>(File.OpenRead(path)));
}
