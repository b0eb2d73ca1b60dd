using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.BagIt;
using Preservation.Packages.Eark;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests;

/// <summary>Whatever is packed checks without an error, whatever its files are called.</summary>
public sealed class PackPropertiesTests
{
    private static readonly string[] Pieces =
    [
        "a", "B", "hồ sơ", "hồ sơ".Normalize(NormalizationForm.FormD), "Quyết định số 1", "x%y", "%20", "%25", "%0A", "100%", "#1", "?", "&amp;", "<b>", "\"q\"", "'", "+", "[1]", "a;b", "=", "*", ".x", "😀", "漢字", "\u00a0", "e\u0301",
    ];

    // Each name ends in its number, so that no two are one to a file system.
    private static readonly Gen<MemoryTree> Trees =
        from count in Gen.Choose(1, 8)
        from names in Gen.Elements(Pieces).ListOf(3).ListOf(count)
        from folders in Gen.Elements("", "thư mục/", "d 1/e%25/", "#/").ArrayOf(count)
        from lengths in Gen.Choose(0, 5_000).ArrayOf(count)
        select Tree(names.Select((n, i) => ($"{folders[i]}{string.Concat(n)}{i}", lengths[i])));

    [Test]
    public void As_a_bag() => Check(async (tree, zip) => (await BagItPacker.PackAsync(tree, "túi", [], zip, Options, default)).Findings, _ => false);

    // The schemas of the specifications are not at hand here, and E-ARK recommends them.
    [Test]
    public void As_a_SIP_of_E_ARK() => Check(
        async (tree, zip) => (await EarkPacker.PackAsync(tree, new EarkSource("T", "A", "C", "NL.1"), zip, Options, default)).Findings, f => f.Rule.Severity != Severity.Error);

    private static PackOptions Options => Tt05Samples.Options();

    private static MemoryTree Tree(IEnumerable<(string Path, int Length)> files)
    {
        var tree = new MemoryTree("f");
        foreach (var (path, length) in files)
            if (PackagePath.Unsafe(path) is null) tree.Files[path] = new byte[length];
        return tree.With("last.txt", "x");
    }

    private static void Check(Func<MemoryTree, Stream, Task<System.Collections.Immutable.ImmutableArray<Finding>>> pack, Func<Finding, bool> isAllowed) =>
        Prop.ForAll(Trees.ToArbitrary(), tree =>
        {
            using var zip = new MemoryStream();
            var packed = Task.Run(() => pack(tree, zip)).GetAwaiter().GetResult();
            var report = Task.Run(() => PackageCheck.CheckAsync(MemoryTree.FromZip(zip.ToArray()), null, Limits.Default, default)).GetAwaiter().GetResult();
            var told = packed.Concat(report.Findings).Where(f => !isAllowed(f)).Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}").ToList();
            return (report.Valid && told.Count == 0 && report.Files >= tree.Files.Count).Label(string.Join("; ", told) + string.Join(" | ", tree.Files.Keys));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
}
