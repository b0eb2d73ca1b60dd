using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Core.Files;
using Preservation.Packages;
using Preservation.Packages.Eark;
using Preservation.Testing;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>What the check of a submission asks beyond the rules of its kind: agreement, catalogue, installed schemas.</summary>
internal sealed class CheckSubmissionTests : IngestFixture
{
    private readonly Guid _later = Guid.NewGuid();
    private string _schemas = "";

    protected override string Terms => """{"approval":"automatic","packageKinds":["bagit","eark"]}""";

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        options.Ingest.Schemas = _schemas;
    }

    [TearDown]
    public void Forget() => _schemas = "";

    [Test]
    public async Task What_is_no_package_of_any_kind_is_refused()
    {
        var submission = await IngestAsync(_ => { }, _ => Zip(("x/letter.txt", "x"u8.ToArray())));
        Assert.That((submission.State, await CodesAsync(submission)), Is.EqualTo((SubmissionState.Rejected, "INGEST-KIND-UNKNOWN PKG-UNKNOWN-KIND")));
    }

    [Test]
    public async Task A_kind_that_the_agreement_does_not_name_is_refused()
    {
        await using (var session = await BeginAsync())
        {
            var first = await session.Rows.AgreementVersions.AsNoTracking().SingleAsync();
            session.Rows.AgreementVersions.Add(new AgreementVersion { Id = _later, AgreementId = first.AgreementId, Version = 2, EffectiveFrom = session.Now, Terms = """{"packageKinds":["tt05","eark"]}""", CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        var submission = await IngestAsync(s => s.AgreementVersionId = _later, _ => Bag(""));
        Assert.That((submission.State, await CodesAsync(submission)), Is.EqualTo((SubmissionState.Rejected, "INGEST-KIND-REFUSED")));
    }

    [Test]
    public async Task A_supplement_that_names_two_packages_is_refused()
    {
        foreach (var (label, id) in (ValueTuple<string, string>[])[("External-Identifier", "A-1"), ("Internal-Sender-Identifier", "B-1")])
            Assert.That((await IngestAsync(_ => { }, _ => Bag($"{label}: {id}\n"))).State, Is.EqualTo(SubmissionState.Preserved));
        var both = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", _ => Bag("External-Identifier: A-1\nInternal-Sender-Identifier: B-1\n", "b.txt"));
        Assert.That((both.State, await CodesAsync(both)), Is.EqualTo((SubmissionState.Rejected, "INGEST-CONTINUES-SEVERAL")));
    }

    [Test]
    public async Task A_supplement_of_another_kind_is_refused()
    {
        var sip = await SipAsync();
        Assert.That((await IngestAsync(_ => { }, _ => sip)).State, Is.EqualTo(SubmissionState.Preserved));
        await using var session = await BeginAsync();
        var bag = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", _ => Bag($"External-Identifier: urn:uuid:{session.Rows.Packages.Single().Id}\n", "b.txt"));
        Assert.That((bag.State, await CodesAsync(bag)), Is.EqualTo((SubmissionState.Rejected, "INGEST-CONTINUES-OTHER-KIND")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task E_ARK_packages_are_held_against_the_official_schemas_where_they_are_installed(bool isInstalled)
    {
        var sip = await SipAsync(text => text.Replace("<mets:metsHdr ", "<mets:metsHeader/>\n  <mets:metsHdr ", StringComparison.Ordinal));
        if (isInstalled) _schemas = SharedFiles.Schemas();
        await using (Services) Restart();
        var submission = await IngestAsync(_ => { }, _ => sip);
        Assert.That((await CodesAsync(submission)).Contains("EARK-XSD", StringComparison.Ordinal), Is.EqualTo(isInstalled));
    }

    [Test]
    public async Task A_folder_of_schemas_that_cannot_be_read_judges_nothing()
    {
        _schemas = Path.Join(Folder, "gone");
        await using (Services) Restart();
        Assert.That(async () => await IngestAsync(_ => { }, _ => Bag("")), Throws.InstanceOf<IOException>());
    }

    private async Task<string> CodesAsync(Submission submission)
    {
        await using var session = await BeginAsync();
        return string.Join(' ', (await session.Rows.SubmissionFindings.Where(f => f.SubmissionId == submission.Id && f.Severity == "error").Select(f => f.Code).ToListAsync()).Distinct().Order(StringComparer.Ordinal));
    }

    private static byte[] Bag(string info, string name = "a.txt") => Zip(
        ("bag/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"u8.ToArray()), ("bag/bag-info.txt", Encoding.UTF8.GetBytes(info)),
        ("bag/manifest-sha512.txt", Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(SHA512.HashData("x"u8))}  data/{name}\n")), ("bag/data/" + name, "x"u8.ToArray()));

    private async Task<byte[]> SipAsync(Func<string, string>? change = null)
    {
        var folder = Directory.CreateDirectory(Path.Join(Folder, Guid.NewGuid().ToString("N"))).FullName;
        await File.WriteAllTextAsync(Path.Join(folder, "a.txt"), "x");
        using var zip = new MemoryStream();
        await using (var tree = new FolderTree(folder)) await EarkPacker.PackAsync(tree, new EarkSource("T", "A", "C", "NL.1"), zip, new PackOptions(Clock.GetUtcNow(), Guid.NewGuid), default);
        if (change is null) return zip.ToArray();
        using var archive = new System.IO.Compression.ZipArchive(zip, System.IO.Compression.ZipArchiveMode.Read);
        var entries = new List<(string, byte[])>();
        foreach (var entry in archive.Entries.Where(e => e.Length > 0))
        {
            using var bytes = new MemoryStream();
            await using (var content = await entry.OpenAsync()) await content.CopyToAsync(bytes);
            var isRoot = entry.FullName.EndsWith("METS.xml", StringComparison.Ordinal) && entry.FullName.Count(c => c == '/') == 1;
            entries.Add((entry.FullName, isRoot ? Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes.ToArray()))) : bytes.ToArray()));
        }
        return Zip([.. entries]);
    }
}
