using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Preservation.Architecture.Tests;

/// <summary>The arrows of the architecture, and the packages each project may have.</summary>
internal sealed class ReferenceTests
{
    // A project must reference exactly these: a missing arrow is as wrong as one too many, for then this table is no longer true.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Preservation.Core"] = [],
        ["Preservation.Packages"] = ["Core"],
        ["Preservation.Ocfl"] = ["Core"],
        ["Preservation.Formats"] = ["Core"],
        ["Preservation.Signatures"] = ["Core"],
        ["Preservation.Evidence"] = ["Core", "Signatures"],
        ["Preservation.Storage"] = ["Core", "Ocfl"],
        ["Preservation.Catalogue"] = ["Core"],
        ["Preservation.Workflow"] = ["Core", "Packages", "Ocfl", "Formats", "Signatures", "Evidence", "Storage", "Catalogue"],
        ["Preservation.Server"] = ["Workflow"],
        ["Preservation.Cli"] = ["Core", "Packages", "Ocfl", "Formats", "Signatures", "Evidence", "Storage"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Preservation.Core"] = [],
        ["Preservation.Packages"] = ["CsvHelper", "DocumentFormat.OpenXml"],
        ["Preservation.Ocfl"] = [],
        ["Preservation.Formats"] = [],
        ["Preservation.Signatures"] = ["System.Security.Cryptography.Pkcs"],
        ["Preservation.Evidence"] = ["System.Security.Cryptography.Pkcs"],
        ["Preservation.Storage"] = ["AWSSDK.S3"],
        ["Preservation.Catalogue"] = ["Npgsql", "Npgsql.EntityFrameworkCore.PostgreSQL", "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Relational"],
        ["Preservation.Workflow"] = ["MailKit", "Quartz"],
        ["Preservation.Server"] = ["Microsoft.AspNetCore.Authentication.OpenIdConnect", "Microsoft.AspNetCore.OpenApi"],
        ["Preservation.Cli"] = ["System.CommandLine"],
    };

    // Assemblies whose name begins so, and the only projects whose code may name one of their types.
    private static readonly (string Prefix, string[] Projects)[] Territories =
    [
        ("AWSSDK", ["Preservation.Storage"]),
        ("Npgsql", ["Preservation.Catalogue", "Preservation.Workflow", "Preservation.Server"]),
        ("Microsoft.EntityFrameworkCore", ["Preservation.Catalogue", "Preservation.Workflow", "Preservation.Server"]),
        ("Microsoft.AspNetCore", ["Preservation.Workflow", "Preservation.Server"]),
        ("Quartz", ["Preservation.Workflow", "Preservation.Server"]),
        ("Microsoft.Extensions", ["Preservation.Workflow", "Preservation.Server"]),
        ("System.CommandLine", ["Preservation.Cli"]),
        ("MailKit", ["Preservation.Workflow"]),
        ("MimeKit", ["Preservation.Workflow"]),
        ("BouncyCastle", []), // the mail library's own
        ("CsvHelper", ["Preservation.Packages"]),
        ("DocumentFormat.OpenXml", ["Preservation.Packages"]),
    ];

    private static IEnumerable<string> Projects => SourceTree.Projects.Keys;

    [Test]
    public void The_table_of_arrows_names_every_project_under_src() =>
        Assert.That(Directory.EnumerateDirectories(Path.Join(SourceTree.Root, "src")).Select(Path.GetFileName), Is.EquivalentTo(Arrows.Keys));

    [TestCaseSource(nameof(Projects))]
    public void Project_references_are_the_arrows(string project) =>
        Assert.That(Items(project, "ProjectReference").Select(i => Path.GetFileNameWithoutExtension(i.Replace('\\', '/'))),
            Is.EquivalentTo(Arrows[project].Select(a => "Preservation." + a)));

    [TestCaseSource(nameof(Projects))]
    public void A_project_has_no_package_it_should_not_have(string project) =>
        Assert.That(Items(project, "PackageReference"), Is.SubsetOf(AllowedPackages[project]));

    [TestCaseSource(nameof(Projects))]
    public void Only_Workflow_and_Server_know_the_web_framework(string project)
    {
        var isWeb = Items(project, "FrameworkReference").Any() || Parse(project).Root!.Attribute("Sdk")!.Value != "Microsoft.NET.Sdk";
        Assert.That(isWeb, Is.EqualTo(project is "Preservation.Workflow" or "Preservation.Server"));
    }

    [TestCaseSource(nameof(Projects))]
    public void Built_code_stays_in_its_territory(string project)
    {
        var references = SourceTree.Load(project).GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.That(references, Is.Not.Empty);
        var strays = from reference in references
                     from territory in Territories
                     where reference.StartsWith(territory.Prefix, StringComparison.Ordinal) && !territory.Projects.Contains(project)
                     select reference;
        Assert.That(strays, Is.Empty);
    }

    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.FormatLibraries))]
    public void Format_libraries_know_no_clock_logger_or_container(string project)
    {
        using var stream = File.OpenRead(SourceTree.Load(project).Location);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}").ToList();
        Assert.That(types, Does.Contain("System.Object"), "the reading of metadata works");
        string[] forbidden = ["System.TimeProvider", "System.Diagnostics.Stopwatch", "System.IServiceProvider", "System.Threading.PeriodicTimer", "System.Threading.Timer", "System.Diagnostics.Process"];
        Assert.That(types.Intersect(forbidden), Is.Empty);
        Assert.That(types.Where(t => t.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || t.StartsWith("System.Data.", StringComparison.Ordinal)), Is.Empty);
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference).Where(m => m.Parent.Kind == HandleKind.TypeReference)
            .Select(m => $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)m.Parent).Name)}.{metadata.GetString(m.Name)}");
        string[] clocks = ["DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow", "Environment.get_TickCount", "Environment.get_TickCount64"];
        Assert.That(members.Intersect(clocks), Is.Empty);
    }

    [Test]
    public void The_end_to_end_tests_share_no_code_with_the_product()
    {
        var text = File.ReadAllText(Path.Join(SourceTree.Root, "tests/Preservation.EndToEnd.Tests/Preservation.EndToEnd.Tests.csproj"));
        Assert.That(XDocument.Parse(text).Descendants("ProjectReference").Select(r => r.Attribute("Include")?.Value), Is.Empty);
    }

    [Test]
    public void The_program_that_checks_the_invariants_shares_no_code_with_the_product()
    {
        var text = File.ReadAllText(Path.Join(SourceTree.Root, "tests/Preservation.Invariants/Preservation.Invariants.csproj"));
        var project = XDocument.Parse(text);
        Assert.That(project.Descendants("ProjectReference").Concat(project.Descendants("Import")).Concat(project.Descendants("Reference")), Is.Empty);
        Assert.That(project.Descendants("PackageReference").Select(p => p.Attribute("Include")?.Value), Is.EquivalentTo(new[] { "AWSSDK.S3", "Npgsql" }));
        Assert.That(project.Descendants("Compile"), Is.Empty, "no source is linked in from elsewhere");
        var sources = Directory.EnumerateFiles(Path.Join(SourceTree.Root, "tests/Preservation.Invariants"), "*.cs", SearchOption.AllDirectories).SelectMany(File.ReadLines).ToList();
        Assert.That(sources, Is.Not.Empty);
        Assert.That(sources.Where(l => l.StartsWith("using Preservation.", StringComparison.Ordinal) && !l.StartsWith("using Preservation.Invariants.", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_package_version_is_pinned_in_one_place()
    {
        foreach (var file in Directory.EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories))
            Assert.That(XDocument.Parse(File.ReadAllText(file)).Descendants("PackageReference").Where(p => p.Attribute("Version") is not null || p.Attribute("VersionOverride") is not null), Is.Empty, file);
    }

    private static IEnumerable<string> Items(string project, string item) => Parse(project).Descendants(item).Select(i => i.Attribute("Include")!.Value);

    private static XDocument Parse(string project) => XDocument.Parse(File.ReadAllText(Path.Join(SourceTree.Root, "src", project, project + ".csproj")));
}
