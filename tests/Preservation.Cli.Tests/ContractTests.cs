using System.Text;

namespace Preservation.Cli.Tests;

/// <summary>The exit codes and JSON that scripts rely on.</summary>
internal sealed class ContractTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preserve-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Write(string path, string content)
    {
        var full = Path.Join(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content, new UTF8Encoding(false));
        return full;
    }

    private async Task<string> PackBagAsync()
    {
        Write("source/văn bản/quyết định.txt", "Quyết định số 112");
        var zip = Path.Join(_folder, "bag.zip");
        var (exit, output, error) = await Preserve.RunAsync("pack", "bagit", Path.Join(_folder, "source"), "--out", zip);
        Assert.That(exit, Is.Zero, output + error);
        return zip;
    }

    [Test]
    public async Task A_packed_bag_checks_as_valid_with_exit_0()
    {
        var (exit, json) = await Preserve.JsonAsync("check", await PackBagAsync());
        Assert.That((exit, json.GetProperty("kind").GetString(), json.GetProperty("valid").GetBoolean(), json.GetProperty("findings").GetArrayLength()), Is.EqualTo((0, "bagit", true, 0)));
        Assert.That(json.GetProperty("files").GetInt64(), Is.GreaterThan(3));
    }

    [Test]
    public async Task A_package_at_fault_has_exit_1_and_findings_in_both_languages()
    {
        var zip = await PackBagAsync();
        var folder = Path.Join(_folder, "unpacked");
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(zip, folder);
        File.AppendAllText(Directory.EnumerateFiles(folder, "quyết định.txt", SearchOption.AllDirectories).Single(), "!");
        var (exit, json) = await Preserve.JsonAsync("check", Directory.EnumerateDirectories(folder).Single(), "--as", "bagit");
        var finding = json.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("severity").GetString() == "error");
        Assert.That((exit, json.GetProperty("valid").GetBoolean()), Is.EqualTo((1, false)));
        Assert.That(finding.GetProperty("message").GetProperty("vi").GetString(), Is.Not.EqualTo(finding.GetProperty("message").GetProperty("en").GetString()));
        Assert.That(finding.GetProperty("path").GetString(), Is.EqualTo("data/văn bản/quyết định.txt"));
        Assert.That(finding.GetProperty("clause").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task What_is_no_known_kind_has_exit_2_but_1_when_the_kind_is_named()
    {
        Write("thing/readme.txt", "nothing");
        Assert.That((await Preserve.JsonAsync("check", Path.Join(_folder, "thing"))).Exit, Is.EqualTo(2));
        foreach (var kind in new[] { "bagit", "eark", "tt05", "ocfl-object", "ocfl-root" })
            Assert.That((await Preserve.JsonAsync("check", Path.Join(_folder, "thing"), "--as", kind)).Exit, Is.EqualTo(1), kind);
    }

    [Test]
    public async Task A_path_that_does_not_exist_has_exit_2_and_wrong_usage_has_exit_64()
    {
        Assert.That((await Preserve.RunAsync("check", Path.Join(_folder, "gone"))).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("check")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("check", _folder, "--as", "nonsense")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("no-such-verb")).Exit, Is.EqualTo(64));
    }

    [Test]
    public async Task The_manifest_has_one_line_a_file_with_both_digests()
    {
        Write("m/a.txt", "abc");
        var (exit, output, _) = await Preserve.RunAsync("manifest", Path.Join(_folder, "m"));
        Assert.That(exit, Is.Zero);
        Assert.That(output.Trim(), Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  "
            + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f  3  a.txt"));
    }

    [Test]
    public async Task Identify_names_the_format_and_what_the_answer_rests_on()
    {
        var file = Write("a.pdf", "%PDF-1.7\n");
        var (exit, json) = await Preserve.JsonAsync("identify", file);
        var match = json.GetProperty("files")[0].GetProperty("matches")[0];
        Assert.That((exit, match.GetProperty("puid").GetString(), match.GetProperty("mime").GetString(), match.GetProperty("basis").GetString()), Is.EqualTo((0, "fmt/276", "application/pdf", "signature")));
    }

    [Test]
    public async Task A_dossier_without_its_mandatory_fields_is_not_packed_and_every_gap_is_named()
    {
        Write("dossier/a.txt", "x");
        var metadata = Write("dossier.json", "{\"dossier\":{},\"documents\":[{\"file\":\"gone.txt\"}]}");
        var (exit, json) = await Preserve.JsonAsync("pack", "tt05", Path.Join(_folder, "dossier"), "--metadata", metadata, "--out", Path.Join(_folder, "out"));
        Assert.That((exit, json.GetProperty("packages").GetArrayLength()), Is.EqualTo((1, 0)));
        Assert.That(json.GetProperty("findings").GetArrayLength(), Is.GreaterThan(3));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Join(_folder, "out")), Is.Empty, "nothing half-written stays");
    }

    [Test]
    public async Task A_file_without_a_signature_has_exit_2_and_says_so()
    {
        var file = Write("a.txt", "no signature");
        var (exit, output, error) = await Preserve.RunAsync("verify", file);
        Assert.That(exit, Is.EqualTo(2), error);
        Assert.That(output, Does.Contain("NO_SIGNATURE"));
    }

    [Test]
    public async Task Rules_prints_a_rule_by_its_code()
    {
        var (exit, output, _) = await Preserve.RunAsync("rules", "LIMIT-RATIO");
        Assert.That(exit, Is.Zero);
        Assert.That(output, Does.Contain("giải nén").And.Contain("unpacks"));
    }
}
