using System.IO.Compression;
using Preservation.Core.Digests;
using Preservation.Core.Log;
using Preservation.Evidence.Export;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
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

    [TestCase(1)]
    [TestCase(3)]
    public async Task Every_command_of_the_page_runs_as_written_in_both_languages(int files)
    {
        await MakeAsync(files, withParts: true);
        var evidence = Path.Join(_folder, "evidence");
        var page = await File.ReadAllTextAsync(Path.Join(evidence, "README.txt"));
        var halves = page.Split("BẰNG CHỨNG CHO");
        Assert.That(halves, Has.Length.EqualTo(2));
        var commands = Commands(halves[0]);
        Assert.That(Commands(halves[1]), Is.EqualTo(commands), "the same in Vietnamese");
        Assert.That(commands, Has.Count.EqualTo(files == 1 ? 10 : 11));
        Assert.That(page, Does.Not.Contain("{").And.Not.Contain("\n?"));
        foreach (var command in commands)
        {
            if (command.StartsWith("java", StringComparison.Ordinal) && !File.Exists("/usr/share/java/bcpkix.jar")) Prerequisite.Missing("libbcpkix-java");
            var (code, output) = await OutsideProgram.RunAsync("sh", evidence, "-c", command);
            Assert.That(code, Is.Zero, command + "\n" + output);
        }
        await File.AppendAllTextAsync(Path.Join(evidence, "files", "a.txt"), "x");
        foreach (var command in commands.Where(c => c.StartsWith("java", StringComparison.Ordinal) || c.Contains("files", StringComparison.Ordinal)))
            if (!command.Contains("audit/", StringComparison.Ordinal)) Assert.That((await OutsideProgram.RunAsync("sh", evidence, "-c", command)).ExitCode, Is.Not.Zero, command + " must see a changed file");
    }

    [TestCase("việc 6", "việc 7", "BAD  entry 6", TestName = "An_entry_of_the_audit_log_that_says_something_else_is_found")]
    [TestCase("\"sequence\":6", "\"sequence\":5", "BAD  entry 5", TestName = "An_entry_of_the_audit_log_in_another_place_is_found")]
    [TestCase("\"root\":\"", "\"root\":\"00", "BAD  time-stamp", TestName = "A_head_of_the_audit_log_under_another_root_is_found")]
    public async Task The_enclosed_script_finds_a_false_audit_proof(string what, string with, string said)
    {
        await MakeAsync(1, withParts: true);
        var evidence = Path.Join(_folder, "evidence");
        var (code, output) = await OutsideProgram.RunAsync("python3", evidence, "check_audit.py");
        Assert.That((code, output.Contains("ok   entry 6", StringComparison.Ordinal)), Is.EqualTo((0, true)), output);
        var path = Path.Join(evidence, "audit", "proofs.json");
        var text = System.Text.RegularExpressions.Regex.Unescape(await File.ReadAllTextAsync(path));
        Assert.That(text, Does.Contain(what));
        await File.WriteAllTextAsync(path, text.Replace(what, with, StringComparison.Ordinal));
        (code, output) = await OutsideProgram.RunAsync("python3", evidence, "check_audit.py");
        Assert.That((code, output.Contains(said, StringComparison.Ordinal)), Is.EqualTo((1, true)), output);
    }

    [Test]
    public async Task A_long_list_of_proofs_is_written_without_being_held()
    {
        var (bundle, proofs) = await MakeAsync(3);
        var per = await LiveMemory.PerItemAsync(300, 300, async count =>
        {
            await using var output = Stream.Null;
            var many = Enumerable.Range(0, count).Select(i => proofs[0] with { Path = $"folder/file number {i}.txt", Record = new byte[4_000] }).ToAsyncEnumerable();
            await EvidenceZip.WriteAsync(bundle with { Proofs = many }, output, default);
            return "";
        });
        Assert.That(per, Is.LessThan(300));
    }

    [Test]
    public async Task Without_the_files_the_page_says_where_to_put_them_and_then_runs()
    {
        await MakeAsync(3);
        var evidence = Path.Join(_folder, "evidence");
        Directory.Move(Path.Join(_folder, "files"), Path.Join(evidence, "files"));
        var page = await File.ReadAllTextAsync(Path.Join(evidence, "README.txt"));
        Assert.That(page, Does.Contain("Put them into a folder called files").And.Contain("Hãy đặt các tệp vào thư mục").And.Not.Contain("crls/"));
        foreach (var command in Commands(page).Distinct().Where(c => !c.StartsWith("java", StringComparison.Ordinal)))
        {
            var (code, output) = await OutsideProgram.RunAsync("sh", evidence, "-c", command);
            Assert.That(code, Is.Zero, command + "\n" + output);
        }
    }

    [Test]
    public async Task The_parts_lie_in_their_folders_and_a_record_that_was_given_is_not_made_again()
    {
        var (bundle, proofs) = await MakeAsync(3, withParts: true);
        var evidence = Path.Join(_folder, "evidence");
        Assert.That(await File.ReadAllTextAsync(Path.Join(evidence, "premis", "premis.xml")), Is.EqualTo("<premis/>"));
        Assert.That(await File.ReadAllTextAsync(Path.Join(evidence, "audit", "provenance.json")), Is.EqualTo("{}"));
        Assert.That(Directory.GetDirectories(evidence).Select(Path.GetFileName), Is.EquivalentTo(new[] { "audit", "certificates", "crls", "files", "premis", "records", "reports" }));
        var zip = new MemoryStream();
        await EvidenceZip.WriteAsync(bundle with { Proofs = new[] { proofs[0] with { Record = new byte[] { 1, 2, 3 } } }.ToAsyncEnumerable(), Parts = AsyncEnumerable.Empty<EvidencePart>() }, zip, default);
        await using var archive = new ZipArchive(zip, ZipArchiveMode.Read);
        Assert.That(archive.GetEntry("records/000001.ers")!.Length, Is.EqualTo(3));
    }

    [TestCase(EvidencePartKind.File, "../x")]
    [TestCase(EvidencePartKind.File, "/x")]
    [TestCase(EvidencePartKind.File, "a\\x")]
    [TestCase(EvidencePartKind.Crl, "a/x")]
    public void A_part_cannot_leave_its_folder(EvidencePartKind kind, string name) =>
        Assert.That(() => EvidencePart.Of(kind, name, default), Throws.ArgumentException);

    [Test]
    public async Task Two_parts_of_one_name_are_refused()
    {
        var (bundle, _) = await MakeAsync(1);
        Assert.That(() => EvidenceZip.WriteAsync(bundle with { Parts = Enumerable.Repeat(EvidencePart.Of(EvidencePartKind.Crl, "a", default), 2).ToAsyncEnumerable() }, new MemoryStream(), default), Throws.ArgumentException);
    }

    private static List<string> Commands(string page) => [.. page.Split('\n').Where(l => l.StartsWith("       ", StringComparison.Ordinal) && !l.StartsWith("         ", StringComparison.Ordinal)).Select(l => l.Trim())];

    [Test]
    public async Task A_proof_that_does_not_lead_to_the_root_is_not_written()
    {
        var (bundle, _) = await MakeAsync(3);
        var wrong = bundle with { Root = HashTreeOf("else") };
        Assert.That(() => EvidenceZip.WriteAsync(wrong, new MemoryStream(), default), Throws.ArgumentException);
    }

    private static Digest HashTreeOf(string text) => DigestAlgorithm.Sha512.Compute(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<(EvidenceBundle Bundle, EvidenceProof[] Proofs)> MakeAsync(int count, bool withParts = false)
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
        EvidenceProof[] proofs = [.. names.Select((n, i) => new EvidenceProof(n, n.Length, leaves[i], tree.ReducedTree(i))
        {
            OpenAsync = withParts ? _ => Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(n))) : null,
        })];
        var bundle = new EvidenceBundle
        {
            Package = "urn:uuid:00000000-0000-4000-8000-000000000000",
            Root = tree.Root,
            Response = response!.Encoded.AsMemory(),
            Token = response.Token!.Encoded,
            Request = request.Encoded.AsMemory(),
            AuthorityChainPem = root.Certificate.ExportCertificatePem(),
            Time = response.Token.Time,
            Proofs = proofs.ToAsyncEnumerable(),
            Parts = (!withParts ? (EvidencePart[])[] :
            [
                .. AuditParts(authority, root),
                EvidencePart.Of(EvidencePartKind.Certificate, "root.cer", root.Certificate.RawDataMemory),
                EvidencePart.Of(EvidencePartKind.Crl, "root.crl", root.IssueCrl(TestAuthority.Start, TestAuthority.End)),
                EvidencePart.Of(EvidencePartKind.Report, "report.json", "{}"u8.ToArray()),
                EvidencePart.Of(EvidencePartKind.Premis, "premis.xml", "<premis/>"u8.ToArray()),
                EvidencePart.Of(EvidencePartKind.Audit, "provenance.json", "{}"u8.ToArray()),
            ]).ToAsyncEnumerable(),
        };
        using var zip = new MemoryStream();
        await EvidenceZip.WriteAsync(bundle, zip, default);
        zip.Position = 0;
        await ZipFile.ExtractToDirectoryAsync(zip, Path.Join(_folder, "evidence"));
        return (bundle, proofs);
    }

    // A log of seven entries, of which two are proven, and a tree in which its head has a neighbour.
    private static IEnumerable<EvidencePart> AuditParts(DevelopmentTimeStampAuthority authority, TestAuthority root)
    {
        var skeletons = Enumerable.Range(0, 7).Select(i => $"{i}|2026-11-23T00:00:00.000000Z||| việc {i}|package|p|00").ToList();
        var entries = skeletons.Select(s => MerkleLog.LeafHash(System.Text.Encoding.UTF8.GetBytes(s))).ToArray();
        var head = MerkleLog.Head(entries);
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [HashTreeOf("neighbour"), DigestAlgorithm.Sha512.Compute(head.AsSpan())]);
        Assert.That(TimeStampResponse.TryDecode(authority.Answer(TimeStampRequest.Create(tree.Root).Encoded.AsMemory(), DevelopmentTimeStampAuthorityTests.Now), out var response));
        var proofs = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
        {
            treeSize = 7, head = Convert.ToHexStringLower(head.AsSpan()),
            stamp = new { time = "2026", algorithm = "sha512", root = tree.Root.Hex, reducedHashTree = tree.ReducedTree(1).Select(l => l.Select(d => d.Hex)) },
            entries = new[] { 0, 6 }.Select(i => new { sequence = i, skeleton = skeletons[i], proof = MerkleLog.InclusionProof(entries, i).Select(p => Convert.ToHexStringLower(p.AsSpan())) }),
        });
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.bin", head.AsMemory());
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.ers", EvidenceRecordWriter.Initial(tree, 1, response!.Token!.Encoded).AsMemory());
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.tsr", response.Encoded.AsMemory());
        yield return EvidencePart.Of(EvidencePartKind.Audit, "root.hex", System.Text.Encoding.ASCII.GetBytes(tree.Root.Hex));
        yield return EvidencePart.Of(EvidencePartKind.Audit, "tsa-chain.pem", System.Text.Encoding.ASCII.GetBytes(root.Certificate.ExportCertificatePem()));
        yield return EvidencePart.Of(EvidencePartKind.Audit, "proofs.json", proofs);
    }
}
