using System.Text.Json;
using Preservation.Cli.Submitting;

namespace Preservation.Cli.Tests.Submitting;

internal sealed class UploadStateTests
{
    private string _folder = "";
    private string _package = "";

    [SetUp]
    public void MakePackage()
    {
        _folder = Directory.CreateTempSubdirectory("state-").FullName;
        _package = Path.Join(_folder, "hồ sơ.zip");
        File.WriteAllText(_package, "một");
    }

    [TearDown]
    public void RemovePackage() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_next_run_finds_what_the_last_one_kept()
    {
        var first = Open(Request());
        (first.Sha256, first.Upload) = ("ab", "/api/v1/uploads/1");
        first.Save();
        var second = Open(Request());
        Assert.That((second.Sha256, second.Upload, second.Key), Is.EqualTo(("ab", "/api/v1/uploads/1", first.Key)));
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "hồ sơ.zip", "hồ sơ.zip.upload.json" }));
        second.Forget();
        Assert.That(Open(Request()).Upload, Is.Null);
    }

    [Test]
    public void What_is_sent_otherwise_or_has_changed_begins_anew()
    {
        var first = Open(Request());
        first.Upload = "/api/v1/uploads/1";
        first.Save();
        Assert.That(Open(Request() with { Agreement = "B" }).Upload, Is.Null);
        Assert.That(Open(Request() with { RecordStatus = "TEST" }).Upload, Is.Null);
        Assert.That(Open(Request() with { Server = new Uri("http://other.test/") }).Upload, Is.Null);
        File.WriteAllText(_package, "hai");
        File.SetLastWriteTimeUtc(_package, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That(Open(Request()).Upload, Is.Null);
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"identity":1}""")]
    public void A_state_that_cannot_be_read_is_as_good_as_none(string text)
    {
        File.WriteAllText(_package + ".upload.json", text);
        Assert.That(Open(Request()).Upload, Is.Null);
    }

    [Test]
    public void A_folder_of_ones_own_keeps_packages_of_the_same_name_apart()
    {
        var request = Request() with { StateFolder = Path.Join(_folder, "state") };
        var twin = Path.Join(Directory.CreateDirectory(Path.Join(_folder, "other")).FullName, "hồ sơ.zip");
        File.Copy(_package, twin);
        var (one, two) = (Open(request), UploadState.Open(twin, request));
        (one.Upload, two.Upload) = ("1", "2");
        one.Save();
        two.Save();
        Assert.That((Open(request).Upload, UploadState.Open(twin, request).Upload), Is.EqualTo(("1", "2")));
        Assert.That(File.Exists(_package + ".upload.json"), Is.False);
        Assert.That(Directory.GetFiles(Path.Join(_folder, "state")).Select(f => JsonDocument.Parse(File.ReadAllText(f)).RootElement.GetProperty("upload").GetString()), Is.EquivalentTo(new[] { "1", "2" }));
    }

    [Test]
    public void A_package_that_is_not_there_is_told() => Assert.That(() => UploadState.Open(_package + "x", Request()), Throws.InstanceOf<FileNotFoundException>());

    private UploadState Open(SubmitRequest request) => UploadState.Open(_package, request);

    private SubmitRequest Request() => new([_package], new Uri("http://archive.test/"), "key") { Agreement = "A" };
}
