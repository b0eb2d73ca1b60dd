using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Preservation.Cli.Tests;

/// <summary><c>dip</c>: what is given to a reader, made from a folder or an OCFL object without a server.</summary>
internal sealed class DipTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preserve-dip-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Join(_folder, path);

    private string Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), content, new UTF8Encoding(false));
        return At(path);
    }

    // A packed SIP whose METS calls it an AIP: no digest covers the package's own METS.
    private async Task<string> AipAsync()
    {
        Write("source/quyết định.txt", "Quyết định số 112");
        Write("source/thông báo.txt", "Thông báo số 7");
        var metadata = Write("m.json", """{ "title": "Hồ sơ", "agencyName": "Sở Nội vụ", "agencyCode": "H99.1" }""");
        var (exit, output, error) = await Preserve.RunAsync("pack", "eark", At("source"), "--metadata", metadata, "--out", At("sip.zip"));
        Assert.That(exit, Is.Zero, output + error);
        await ZipFile.ExtractToDirectoryAsync(At("sip.zip"), At("aip"));
        var root = Directory.EnumerateDirectories(At("aip")).Single();
        var mets = Path.Join(root, "METS.xml");
        await File.WriteAllTextAsync(mets, (await File.ReadAllTextAsync(mets)).Replace("OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"AIP\"", StringComparison.Ordinal));
        return root;
    }

    private static string Sha512(byte[] bytes) => Convert.ToHexStringLower(SHA512.HashData(bytes));

    private async Task<string> ObjectAsync(string aip)
    {
        var files = new List<(string Path, byte[] Bytes)>();
        foreach (var file in Directory.EnumerateFiles(aip, "*", SearchOption.AllDirectories)) files.Add((Path.GetRelativePath(aip, file), await File.ReadAllBytesAsync(file)));
        foreach (var (path, bytes) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At("object/v1/content/" + path))!);
            await File.WriteAllBytesAsync(At("object/v1/content/" + path), bytes);
        }
        string Map(string prefix) => string.Join(',', files.Select(f => $"\"{Sha512(f.Bytes)}\":[\"{prefix}{f.Path}\"]"));
        var inventory = $$$"""
            {"id":"urn:uuid:0b6a2c1e-0000-4000-8000-000000000001","type":"https://ocfl.io/1.1/spec/#inventory","digestAlgorithm":"sha512","head":"v1",
             "manifest":{ {{{Map("v1/content/")}}} },"versions":{"v1":{"created":"2026-05-05T00:00:00Z","message":"m","user":{"name":"u","address":"mailto:u@example.org"},"state":{ {{{Map("")}}} } } } }
            """;
        foreach (var folder in new[] { "object/", "object/v1/" })
        {
            Write(folder + "inventory.json", inventory);
            Write(folder + "inventory.json.sha512", Sha512(Encoding.UTF8.GetBytes(inventory)) + " inventory.json\n");
        }
        Write("object/0=ocfl_object_1.1", "ocfl_object_1.1\n");
        return At("object");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_DIP_of_an_AIP_or_of_an_object_checks_as_valid(bool isObject)
    {
        var source = isObject ? await ObjectAsync(await AipAsync()) : await AipAsync();
        var request = Write("r.json", """{ "requestID": "YC-1", "requestDate": "2026-03-02", "purpose": "01", "recipient": "A" }""");
        var (exit, json) = await Preserve.JsonAsync("dip", source, "--as", "eark", "--out", At("dips"), "--metadata", request);
        Assert.That((exit, json.GetProperty("findings").GetArrayLength()), Is.EqualTo((0, 0)), json.ToString());
        var made = json.GetProperty("packages")[0].GetProperty("path").GetString()!;
        var (checkedExit, report) = await Preserve.JsonAsync("check", made);
        Assert.That((checkedExit, report.GetProperty("kind").GetString()), Is.EqualTo((0, "eark")), report.ToString());
        await using var zip = await ZipFile.OpenReadAsync(made);
        Assert.That(zip.Entries.Where(e => e.FullName.Contains("/data/", StringComparison.Ordinal)).Select(e => e.Name), Is.EquivalentTo(new[] { "quyết định.txt", "thông báo.txt" }));
    }

    [Test]
    public async Task A_selection_by_path_gives_that_file()
    {
        var (exit, json) = await Preserve.JsonAsync("dip", await AipAsync(), "--as", "eark", "--out", At("one.zip"), "--document", "representations/rep1/data/thông báo.txt");
        Assert.That(exit, Is.Zero, json.ToString());
        await using var zip = await ZipFile.OpenReadAsync(At("one.zip"));
        Assert.That(zip.Entries.Where(e => e.FullName.Contains("/data/", StringComparison.Ordinal)).Select(e => e.Name), Is.EqualTo(new[] { "thông báo.txt" }));
    }

    [Test]
    public async Task What_cannot_be_given_has_exit_1_and_leaves_nothing()
    {
        var aip = await AipAsync();
        File.AppendAllText(Path.Join(aip, "representations/rep1/data/thông báo.txt"), "!");
        var (exit, json) = await Preserve.JsonAsync("dip", aip, "--as", "eark", "--out", At("dips"));
        Assert.That((exit, json.GetProperty("packages").GetArrayLength()), Is.EqualTo((1, 0)));
        Assert.That(json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString()), Is.All.EqualTo("DIP-CONTENT"));
        Assert.That(Directory.EnumerateFileSystemEntries(At("dips")), Is.Empty);
        Assert.That((await Preserve.JsonAsync("dip", aip, "--as", "tt05", "--out", At("dips"))).Exit, Is.EqualTo(1), "it describes no documents");
    }

    [Test]
    public async Task Wrong_usage_has_exit_64_and_a_request_that_cannot_be_read_2()
    {
        var aip = await AipAsync();
        Assert.That((await Preserve.RunAsync("dip", aip, "--as", "bagit", "--out", At("x"))).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("dip", aip, "--as", "eark", "--out", At("x"), "--with-submission", "--document", "a")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("dip", aip, "--as", "eark", "--out", At("x"), "--metadata", Write("r.json", "{\"requestNumber\":1}"))).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("dip", At("gone"), "--as", "eark", "--out", At("x"))).Exit, Is.EqualTo(2));
    }
}
