using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Preservation.EndToEnd.Tests;

/// <summary>A stored Circular 05/2025 package, checked by strangers: openssl, xmllint and Python. Nothing of the product is asked whether it is right.</summary>
internal sealed class StoredPackageTests
{
    private static readonly XNamespace Mets = "http://www.loc.gov/METS/";
    private static readonly XNamespace Xlink = "http://www.w3.org/1999/xlink";
    private Archive _archive = null!;
    private string _sip = "";
    private string _package = "";
    private string _object = "";
    private string _evidence = "";
    private JsonElement _inventory;

    [OneTimeSetUp]
    public async Task Store()
    {
        _archive = await Archive.StartAsync(inFolders: true);
        var folder = Directory.CreateDirectory(_archive.Deployment.Scratch("sip")).FullName;
        _sip = await Dossier.PackAsync(folder, "H99.1", "Sở Nội vụ", "KIEMTRA", new Dictionary<string, byte[]>
        {
            ["quyết định 112.txt"] = Encoding.UTF8.GetBytes("Quyết định số 112/QĐ-SNV\n"), ["báo cáo 77.txt"] = Encoding.UTF8.GetBytes("Báo cáo số 77/BC-SNV\n"), ["phụ lục.txt"] = new byte[100_000],
        });
        var submission = await _archive.Producer.SubmitAsync(await File.ReadAllBytesAsync(_sip), "hồ sơ.zip");
        var ended = await _archive.Producer.FollowAsync(submission, "preserved", "rejected");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("preserved"), ended.ToString());
        _package = ended.GetProperty("packageId").GetString()!;
        var id = $"\"urn:uuid:{_package}\"";
        _object = Path.GetDirectoryName(Directory.EnumerateFiles(_archive.Deployment.FolderOf(0), "inventory.json", SearchOption.AllDirectories)
            .Where(f => File.Exists(Path.Join(Path.GetDirectoryName(f), "0=ocfl_object_1.1"))).Single(f => File.ReadAllText(f).Contains(id, StringComparison.Ordinal)))!;
        _inventory = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(_object, "inventory.json"))).RootElement;
        await Eventually.TrueAsync("the package is covered by a time-stamp", async () => await _archive.Auditor.StatusAsync($"/api/v1/packages/{_package}/evidence") == HttpStatusCode.OK, _archive.Deployment.Tail);
        _evidence = Directory.CreateDirectory(_archive.Deployment.Scratch("evidence")).FullName;
        using var zip = new ZipArchive(new MemoryStream(await _archive.Auditor.GetBytesAsync($"/api/v1/packages/{_package}/evidence")));
        zip.ExtractToDirectory(_evidence);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task Every_file_of_the_object_has_the_digest_its_manifest_states_by_openssl()
    {
        var stated = _inventory.GetProperty("manifest").EnumerateObject().SelectMany(d => d.Value.EnumerateArray().Select(p => (Digest: d.Name, Path: p.GetString()!))).ToList();
        foreach (var (digest, path) in stated) Assert.That(await OpenSslAsync("sha512", Path.Join(_object, path)), Is.EqualTo(digest), path);
        var contents = Directory.EnumerateFiles(_object, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_object, f)).Where(f => f.Contains("/content/", StringComparison.Ordinal));
        Assert.That(contents, Is.EquivalentTo(stated.Select(s => s.Path)), "nothing lies there that the manifest does not name");
        await TestContext.Out.WriteLineAsync($"{stated.Count} contents");
    }

    [TestCase("")]
    [TestCase("v1")]
    public async Task The_sidecar_states_the_digest_of_the_inventory(string folder)
    {
        var inventory = Path.Join(_object, folder, "inventory.json");
        Assert.That((await File.ReadAllTextAsync(inventory + ".sha512")).Trim().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { await OpenSslAsync("sha512", inventory), "inventory.json" }));
    }

    [Test]
    public async Task Both_stores_hold_the_same_bytes()
    {
        var other = Path.Join(_archive.Deployment.FolderOf(1), Path.GetRelativePath(_archive.Deployment.FolderOf(0), _object));
        Assert.That((await Machine.RunAsync("diff", "-r", _object, other)).Output, Is.Empty);
        Assert.That(Directory.Exists(other), Is.True);
    }

    [Test]
    public async Task Mets_and_premis_are_valid_by_the_official_schemas()
    {
        var schemas = Environment.GetEnvironmentVariable("PRESERVATION_SCHEMAS") ?? Path.Join(Machine.Root, "..", "shared", "schemas");
        if (!File.Exists(Path.Join(schemas, "premis", "premis-3.0.xsd")))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{schemas} is missing");
            Assert.Ignore($"{schemas} is missing");
        }
        var catalog = await WriteCatalogAsync(schemas);
        var checkedFiles = new List<string>();
        foreach (var path in State().Keys.Where(p => !p.StartsWith("submission/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var schema = Path.GetFileName(path).ToUpperInvariant() switch { "METS.XML" => "mets/mets-1.12.xsd", "PREMIS.XML" => "premis/premis-3.0.xsd", _ => null };
            if (schema is null) continue;
            var result = await Machine.RunAsync("env", $"XML_CATALOG_FILES={catalog}", "xmllint", "--nonet", "--noout", "--schema", Path.Join(schemas, schema), FileOf(path));
            Assert.That(result.Exit, Is.Zero, $"{path}: {result.Error}");
            checkedFiles.Add(path);
        }
        await TestContext.Out.WriteLineAsync(string.Join('\n', checkedFiles));
        Assert.That(checkedFiles, Does.Contain("METS.xml"));
        Assert.That(checkedFiles.Any(p => p.StartsWith("representations/", StringComparison.Ordinal) && p.EndsWith("METS.xml", StringComparison.OrdinalIgnoreCase)), Is.True, "the METS of the representation");
        Assert.That(checkedFiles.Any(p => p.EndsWith("premis.xml", StringComparison.OrdinalIgnoreCase)), Is.True, "the PREMIS of the package");
    }

    [Test]
    public async Task Every_checksum_in_mets_is_that_of_the_file_by_openssl()
    {
        var checkedFiles = 0;
        foreach (var path in State().Keys.Where(p => !p.StartsWith("submission/", StringComparison.Ordinal) && Path.GetFileName(p).Equals("METS.xml", StringComparison.OrdinalIgnoreCase)))
        {
            var folder = Path.GetDirectoryName(path)!;
            foreach (var element in XDocument.Parse(await File.ReadAllTextAsync(FileOf(path))).Descendants().Where(e => e.Attribute("CHECKSUM") is not null))
            {
                var locator = element.Attribute(Xlink + "href") ?? element.Element(Mets + "FLocat")?.Attribute(Xlink + "href");
                Assert.That(locator, Is.Not.Null, $"{path}: {element}");
                var target = Uri.UnescapeDataString(locator!.Value);
                var logical = Path.Join(folder, target).Replace("/./", "/", StringComparison.Ordinal);
                if (logical.StartsWith("./", StringComparison.Ordinal)) logical = logical[2..];
                Assert.That(State(), Does.ContainKey(logical), $"{path} names {target}");
                Assert.That(element.Attribute("CHECKSUMTYPE")?.Value, Is.EqualTo("SHA-256").Or.EqualTo("SHA-512"));
                var algorithm = element.Attribute("CHECKSUMTYPE")!.Value == "SHA-256" ? "sha256" : "sha512";
                Assert.That(element.Attribute("CHECKSUM")!.Value.ToLowerInvariant(), Is.EqualTo(await OpenSslAsync(algorithm, FileOf(logical))), $"{path}: {target}");
                if (element.Attribute("SIZE") is { } size) Assert.That(long.Parse(size.Value, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(new FileInfo(FileOf(logical)).Length), target);
                checkedFiles++;
            }
        }
        Assert.That(checkedFiles, Is.GreaterThan(5));
        await TestContext.Out.WriteLineAsync($"{checkedFiles} checksums");
    }

    [Test]
    public async Task What_was_received_lies_under_submission_byte_for_byte()
    {
        var state = State();
        await using var stream = File.OpenRead(_sip);
        await using var zip = new ZipArchive(stream);
        var names = new List<string>();
        foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
        {
            var stored = state.Keys.Where(k => k.StartsWith("submission/", StringComparison.Ordinal) && (k == "submission/" + entry.FullName || k.EndsWith("/" + entry.FullName[(entry.FullName.IndexOf('/') + 1)..], StringComparison.Ordinal))).ToList();
            Assert.That(stored, Is.Not.Empty, entry.FullName);
            using var received = new MemoryStream();
            await using (var content = await entry.OpenAsync()) await content.CopyToAsync(received);
            var same = new List<string>();
            foreach (var path in stored) if ((await File.ReadAllBytesAsync(FileOf(path))).AsSpan().SequenceEqual(received.ToArray())) same.Add(path);
            Assert.That(same, Has.Count.EqualTo(1), $"{entry.FullName}: {string.Join(", ", stored)}");
            names.AddRange(same);
        }
        Assert.That(state.Keys.Where(k => k.StartsWith("submission/", StringComparison.Ordinal)), Is.EquivalentTo(names), "nothing else lies there");
    }

    [Test]
    public async Task The_time_stamp_verifies_with_openssl_and_not_for_another_value()
    {
        var root = (await File.ReadAllTextAsync(Path.Join(_evidence, "root.hex"))).Trim();
        async Task<int> VerifyAsync(string value) => (await Machine.RunAsync("openssl", "ts", "-verify", "-digest", value, "-in", Path.Join(_evidence, "token.tsr"), "-CAfile", Path.Join(_evidence, "tsa-chain.pem"))).Exit;
        Assert.That(await VerifyAsync(root), Is.Zero);
        Assert.That(await VerifyAsync((root[0] == '0' ? '1' : '0') + root[1..]), Is.Not.Zero);
        var query = await Machine.RunAsync("openssl", "ts", "-verify", "-queryfile", Path.Join(_evidence, "request.tsq"), "-in", Path.Join(_evidence, "token.tsr"), "-CAfile", Path.Join(_evidence, "tsa-chain.pem"));
        Assert.That(query.Exit, Is.Zero, query.Error);
    }

    [Test]
    public async Task The_evidence_checks_itself_and_notices_a_changed_file()
    {
        if ((await Machine.RunAsync("sh", "-c", "command -v python3")).Exit != 0) Assert.Ignore("python3 is not installed");
        var files = Directory.CreateDirectory(_archive.Deployment.Scratch("files")).FullName;
        foreach (var (path, content) in State())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(files, path))!);
            File.Copy(Path.Join(_object, content), Path.Join(files, path));
        }
        var good = await Machine.RunAsync("python3", Path.Join(_evidence, "check.py"), files);
        Assert.That(good.Exit, Is.Zero, good.Output + good.Error);
        var proofs = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(_evidence, "proofs.json"))).RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("path").GetString()!).ToList();
        Assert.That(proofs, Is.EquivalentTo(State().Keys), "every file of the package is proven");
        await File.AppendAllTextAsync(Path.Join(files, proofs[0]), " ");
        var bad = await Machine.RunAsync("python3", Path.Join(_evidence, "check.py"), files);
        Assert.That(bad.Exit, Is.EqualTo(1), bad.Output);
    }

    private Dictionary<string, string> State()
    {
        var manifest = _inventory.GetProperty("manifest").EnumerateObject().ToDictionary(d => d.Name, d => d.Value[0].GetString()!);
        var head = _inventory.GetProperty("versions").GetProperty(_inventory.GetProperty("head").GetString()!).GetProperty("state");
        return head.EnumerateObject().SelectMany(d => d.Value.EnumerateArray().Select(p => (Path: p.GetString()!, Content: manifest[d.Name]))).ToDictionary(s => s.Path, s => s.Content, StringComparer.Ordinal);
    }

    private string FileOf(string logicalPath) => Path.Join(_object, State()[logicalPath]);

    private async Task<string> WriteCatalogAsync(string schemas)
    {
        XNamespace names = "urn:oasis:names:tc:entity:xmlns:xml:catalog";
        var local = new[] { ("http://www.loc.gov/standards/xlink/xlink.xsd", "xlink.xsd"), ("https://www.loc.gov/standards/xlink/xlink.xsd", "xlink.xsd"), ("http://www.w3.org/2001/xml.xsd", "xml.xsd"), ("http://www.w3.org/2001/03/xml.xsd", "xml.xsd") };
        var catalog = new XElement(names + "catalog", local.SelectMany(l => new[] { "uri", "system" }.Select(kind =>
            new XElement(names + kind, new XAttribute(kind == "uri" ? "name" : "systemId", l.Item1), new XAttribute("uri", new Uri(Path.GetFullPath(Path.Join(schemas, "mets", l.Item2))).ToString())))));
        var path = _archive.Deployment.Scratch("catalog.xml");
        await File.WriteAllTextAsync(path, catalog.ToString());
        return path;
    }

    private static async Task<string> OpenSslAsync(string algorithm, string file)
    {
        var result = await Machine.RunAsync("openssl", "dgst", "-" + algorithm, "-r", file);
        Assert.That(result.Exit, Is.Zero, result.Error);
        return result.Output[..result.Output.IndexOf(' ', StringComparison.Ordinal)].TrimStart('\\');
    }
}
