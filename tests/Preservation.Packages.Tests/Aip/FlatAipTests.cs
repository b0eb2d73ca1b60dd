using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Dip;
using Preservation.Packages.Tests.Dip;
using Preservation.Packages.Tests.Tt05;
using Preservation.Testing;

namespace Preservation.Packages.Tests.Aip;

/// <summary>An AIP of many files is planned, and given out again, without holding them.</summary>
[NonParallelizable]
public sealed class FlatAipTests
{
    private const int AllowedBytesAFile = 200;
    private const int Few = 2_000;

    [TestCase(PackageKind.BagIt)]
    [TestCase(PackageKind.Eark)]
    [TestCase(PackageKind.Tt05)]
    public async Task Planning_takes_few_bytes_a_file(PackageKind kind)
    {
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, count => Task.FromResult(Plan(kind, count)));
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    [Test]
    public async Task So_does_going_on_with_a_package()
    {
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, count =>
        {
            var (earlier, reports) = (Files(PackageKind.Eark, count, 1, isHeld: true), new SubmittedFiles());
            return Task.FromResult(AipPlanner.Plan(Request(PackageKind.Eark, count, 2) with
            {
                Folder = "submission/0b6a2c1e-0000-4000-8000-000000000002/", Earlier = [new EarlierSubmission("submission/", earlier)], EarlierReports = reports,
            }));
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    [Test]
    public async Task A_DIP_is_made_of_it_with_a_bounded_index()
    {
        var perFile = await LiveMemory.PerItemAsync(Few, 2 * AllowedBytesAFile, async count =>
        {
            using var plan = Plan(PackageKind.BagIt, count);
            await using var aip = new PlannedTree(plan);
            var result = await DipPacker.PackAsync(aip, PackageKind.Eark, DipSamples.Request, Stream.Null, Tt05Samples.Options(), default);
            Assert.That(result.ObjId, Is.Not.Null, string.Join('\n', result.Findings.Select(f => f.Rule.Code + f.Path)));
            return result;
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(2 * AllowedBytesAFile), "the AIP has each file twice");
    }

    [Test]
    public void Files_come_in_order_and_once()
    {
        using var files = new SubmittedFiles();
        files.Add(File("a", 0));
        Assert.That(() => files.Add(File("a", 1)), Throws.ArgumentException);
        Assert.That(() => files.Add(File("A", 1)), Throws.ArgumentException);
        files.Add(File("a\uFFFD", 1));
        files.Add(File("a\U0001F4C1", 1));
        Assert.That((files.Count, files.Find("a\U0001F4C1")!.Path, files.Find("b"), files.Under("a").Count()), Is.EqualTo((3, "a\U0001F4C1", (SubmittedFile?)null, 3)));
    }

    [Test]
    public void A_file_comes_back_as_it_went_in()
    {
        var file = File("hồ sơ/công văn.pdf", 3) with
        {
            Puid = "fmt/354", FormatName = "PDF/A", FormatVersion = "1b", MimeType = "application/pdf", IsHeld = true,
            Signatures = [new Preservation.Packages.Premis.PremisSignature("base64", "Nguyễn Văn A", "RSA", "AAAA", "rules", ["p"]) { Certificate = "MIIB" }], SignedIn = ["hồ sơ/công văn.pdf.p7s"], Signs = "khác",
        };
        using SubmittedFiles files = [file];
        var back = files.Single();
        Assert.That(back with { Signatures = [], SignedIn = [] }, Is.EqualTo(file with { Signatures = [], SignedIn = [] }));
        Assert.That(back.SignedIn, Is.EqualTo(file.SignedIn));
        Assert.That(back.Signatures.Single() with { Properties = [] }, Is.EqualTo(file.Signatures.Single() with { Properties = [] }));
        Assert.That(back.Signatures.Single().Properties, Is.EqualTo(new[] { "p" }));
    }

    private static AipPlan Plan(PackageKind kind, int count)
    {
        var request = Request(kind, count, 1);
        using (request.Submission) return AipPlanner.Plan(request);
    }

    private static AipRequest Request(PackageKind kind, int count, int version) => new()
    {
        Id = AipSamples.Id, Created = Tt05Samples.Now, Submission = Files(kind, count, version, isHeld: false),
        Description = new PackageDescription { Kind = kind, ObjId = "uuid-1", Title = "Hồ sơ", AgencyName = "Bộ Nội vụ", FondsCode = "G09", RegistrationCode = "ĐK-1" },
    };

    private static SubmittedFiles Files(PackageKind kind, int count, int version, bool isHeld)
    {
        var files = new SubmittedFiles();
        for (var i = 0; i < count; i++)
            files.Add(File($"{(kind == PackageKind.BagIt ? "" : "representations/rep1/")}data/{i:D7}.bin", i * 10 + version) with { Puid = "fmt/111", IsHeld = isHeld });
        return files;
    }

    private static SubmittedFile File(string path, int number)
    {
        var content = BitConverter.GetBytes(number);
        return new SubmittedFile(path, content.Length, DigestAlgorithm.Sha256.Compute(content), DigestAlgorithm.Sha512.Compute(content));
    }

    /// <summary>The AIP of a plan, its files made up as they are asked for.</summary>
    private sealed class PlannedTree(AipPlan plan) : IFileTree
    {
        private FileIndex? _index;

        public string RootName => plan.Id.Replace(':', '_');

        public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
        {
            if (_index is not null) return Task.FromResult(_index);
            var judge = new ArchiveJudge(limits);
            foreach (var entry in plan.Entries) judge.Look(new FileEntry(entry.Path, entry.Bytes, EntryKind.File));
            return Task.FromResult(_index = judge.ToIndex(isArchive: false));
        }

        public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
        {
            var entry = plan.Find(path) ?? throw new FileNotFoundException(path);
            return Task.FromResult(entry.IsMade ? plan.Open(entry) : new MemoryStream(BitConverter.GetBytes(int.Parse(path[^11..^4], System.Globalization.CultureInfo.InvariantCulture) * 10 + 1)));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
