using System.IO.Compression;
using Preservation.Core.Digests;
using Preservation.Evidence.Export;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Tests.TimeStamps;
using Preservation.Evidence.TimeStamps;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.Export;

public sealed class EvidenceZipTests
{
    private static readonly string[] Names = ["a.txt", "sub/Quyết định.pdf", "c.bin"];
    private string _folder = "";

    [SetUp]
    public void Start() => _folder = Directory.CreateTempSubdirectory("evidence").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    [TestCase(1)]
    [TestCase(3)]
    public async Task The_enclosed_script_accepts_the_files(int files)
    {
        await MakeAsync(files);
        var (code, output) = await OutsideProgram.RunAsync("python3", _folder, "evidence/check.py", "files");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("ok   time-stamp"));
    }

    [Test]
    public async Task The_enclosed_script_finds_a_changed_file_and_a_changed_proof()
    {
        await MakeAsync(3);
        await File.AppendAllTextAsync(Path.Join(_folder, "files", "c.bin"), "x");
        var (code, output) = await OutsideProgram.RunAsync("python3", _folder, "evidence/check.py", "files");
        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("BAD  c.bin").And.Contain("ok   a.txt"));
        var json = Path.Join(_folder, "evidence", "proofs.json");
        var text = await File.ReadAllTextAsync(json);
        await File.WriteAllTextAsync(json, text.Replace("\"root\": \"", "\"root\": \"00", StringComparison.Ordinal));
        (code, output) = await OutsideProgram.RunAsync("python3", _folder, "evidence/check.py", "files");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("PATH DOES NOT LEAD TO THE ROOT").And.Contain("BAD  time-stamp"));
    }

    [Test]
    public async Task The_commands_of_the_readme_run_as_written()
    {
        await MakeAsync(3);
        var evidence = Path.Join(_folder, "evidence");
        var readme = await File.ReadAllTextAsync(Path.Join(evidence, "README.txt"));
        var commands = readme.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("openssl ts", StringComparison.Ordinal)).Distinct().ToList();
        Assert.That(commands, Has.Count.EqualTo(3));
        foreach (var command in commands)
        {
            var (code, output) = await OutsideProgram.RunAsync("sh", evidence, "-c", command);
            Assert.That(code, Is.Zero, command + "\n" + output);
        }
        var sums = await OutsideProgram.RunAsync("sha512sum", Path.Join(_folder, "files"), "-c", "../evidence/proofs.txt");
        Assert.That(sums.ExitCode, Is.Zero, sums.Output);
        Assert.That(readme, Does.Contain("BẰNG CHỨNG"));
    }

    [Test]
    public async Task A_proof_that_does_not_lead_to_the_root_is_not_written()
    {
        var bundle = await MakeAsync(3);
        var wrong = bundle with { Root = HashTreeOf("else") };
        Assert.That(() => EvidenceZip.WriteAsync(wrong, new MemoryStream(), default), Throws.ArgumentException);
    }

    private static Digest HashTreeOf(string text) => DigestAlgorithm.Sha512.Compute(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<EvidenceBundle> MakeAsync(int count)
    {
        using var root = new TestAuthority();
        using var authority = DevelopmentTimeStampAuthorityTests.Create(root);
        var names = Names[..count];
        foreach (var name in names)
        {
            var path = Path.Join(_folder, "files", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, name);
        }
        var leaves = names.Select(HashTreeOf).ToList();
        var tree = HashTree.Build(DigestAlgorithm.Sha512, leaves);
        var request = TimeStampRequest.Create(tree.Root);
        Assert.That(TimeStampResponse.TryDecode(authority.Answer(request.Encoded.AsMemory(), DevelopmentTimeStampAuthorityTests.Now), out var response));
        var bundle = new EvidenceBundle
        {
            Package = "urn:uuid:00000000-0000-4000-8000-000000000000",
            Root = tree.Root,
            Response = response!.Encoded.AsMemory(),
            Token = response.Token!.Encoded,
            Request = request.Encoded.AsMemory(),
            AuthorityChainPem = root.Certificate.ExportCertificatePem(),
            Time = response.Token.Time,
            Proofs = [.. names.Select((n, i) => new EvidenceProof(n, n.Length, leaves[i], tree.ReducedTree(i)))],
        };
        using var zip = new MemoryStream();
        await EvidenceZip.WriteAsync(bundle, zip, default);
        zip.Position = 0;
        await ZipFile.ExtractToDirectoryAsync(zip, Path.Join(_folder, "evidence"));
        return bundle;
    }
}
