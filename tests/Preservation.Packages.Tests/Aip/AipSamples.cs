using System.Text;
using Preservation.Core.Digests;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Tests.Aip;

internal static class AipSamples
{
    public const string Id = "urn:uuid:0b6a2c1e-0000-4000-8000-000000000001";

    public static SubmittedFile File(string path, byte[] content, string? puid = null) =>
        new(path, content.Length, DigestAlgorithm.Sha256.Compute(content), DigestAlgorithm.Sha512.Compute(content)) { Puid = puid };

    public static AipRequest Request(MemoryTree sip, PackageDescription description) => new()
    {
        Id = Id,
        Created = new DateTimeOffset(2026, 5, 5, 0, 0, 0, TimeSpan.Zero),
        Description = description,
        Submission = [.. sip.Files.Select(f => File(f.Key, f.Value, f.Key.EndsWith(".pdf", StringComparison.Ordinal) ? "fmt/477" : null))],
        Software = new PackageSoftware("Preservation", "0.1.0"),
        Events =
        [
            new PremisEvent
            {
                Identifier = new PremisIdentifier("UUID", "e1"), Type = "information package creation", DateTime = "2026-05-05T07:00:00+07:00", Outcome = "success",
                Agents = [new PremisLink(new PremisIdentifier("local", "a1"), ["executing program"])],
                Objects = [new PremisLink(AipPlanner.PackageObject(Id), ["outcome"])],
            },
        ],
        Agents = [new PremisAgent(new PremisIdentifier("local", "a1"), "Preservation", "software", "0.1.0")],
        Generated = [new GeneratedFile("metadata/other/signatures/report-1.json", Encoding.UTF8.GetBytes("{}"))],
    };

    /// <summary>The bytes of what the plan made.</summary>
    public static byte[] BytesOf(this AipPlan plan, AipEntry entry)
    {
        using var made = plan.Open(entry);
        var bytes = new byte[entry.Bytes];
        made.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The AIP as a package, its bytes taken from where the plan says.</summary>
    public static MemoryTree Build(AipPlan plan, MemoryTree sip)
    {
        var tree = new MemoryTree(plan.Id.Replace(':', '_'));
        foreach (var entry in plan.Entries)
        {
            tree.Files[entry.Path] = entry.SourcePath is null ? plan.BytesOf(entry) : sip.Files[entry.SourcePath];
            Assert.That(DigestAlgorithm.Sha512.Compute(tree.Files[entry.Path]), Is.EqualTo(entry.Sha512), entry.Path);
            Assert.That(tree.Files[entry.Path], Has.Length.EqualTo(entry.Bytes), entry.Path);
        }
        return tree;
    }

    /// <summary>Every path the METS documents of an AIP list, against every path it has.</summary>
    public static async Task AssertListsEverythingAsync(MemoryTree aip)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal) { "METS.xml" };
        var metsPaths = aip.Files.Keys.Where(p => p == "METS.xml" || (p.StartsWith("representations/", StringComparison.Ordinal) && p.Split('/') is [_, _, "METS.xml"]));
        foreach (var path in metsPaths)
        {
            var mets = await Preservation.Packages.Mets.MetsReader.ReadAsync(new MemoryStream(aip.Files[path]), Core.Limits.Default, default);
            var folder = path[..^"METS.xml".Length];
            foreach (var href in mets.Files.Select(f => f.Location!.Href!).Concat(mets.Sections.Select(s => s.Reference!.Href!))) listed.Add(folder + Uri.UnescapeDataString(href));
        }
        Assert.That(listed.Order(StringComparer.Ordinal), Is.EqualTo(aip.Files.Keys.Order(StringComparer.Ordinal)));
    }
}
