using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Core.Digests;

namespace Preservation.Core.Tests.Files;

public sealed class FileIndexTests
{
    [Test]
    public void What_lies_under_and_inside_a_folder_is_what_a_list_of_paths_says() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Elements("a", "a0", "a/b", "a/b/c", "a/b0", "a-", "a/.", "b", "b/c/d", "ă/b", "ă")).ToArbitrary(), paths =>
        {
            var judge = new ArchiveJudge(Limits.Default);
            foreach (var path in paths) judge.Look(new FileEntry(path, 1, EntryKind.File));
            var index = judge.ToIndex(isArchive: false);
            var all = paths.Distinct().ToArray();
            foreach (var folder in (string[])["", "a/", "a/b/", "ă/", "z/"])
            {
                var under = all.Where(p => p.StartsWith(folder, StringComparison.Ordinal)).ToArray();
                if (!index.Under(folder).Select(index.PathOf).ToHashSet().SetEquals(under)) return false;
                var inside = under.Select(p => p[folder.Length..]).Where(p => p.Length > 0).Select(p => (p.Split('/')[0], p.Contains('/', StringComparison.Ordinal))).ToHashSet();
                if (folder.Length == 0 && !index.FilesAtTop.ToHashSet().SetEquals(all.Where(p => !p.Contains('/', StringComparison.Ordinal)))) return false;
                if (all.Any(p => index.FindFile(System.Text.Encoding.UTF8.GetBytes(p)) != index.FindFile(p))) return false;
                if (!index.Inside(folder).Select(e => (e.Name, e.IsFolder)).ToHashSet().SetEquals(inside)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void The_root_folder_of_an_archive_is_entered_and_left_out_of_findings()
    {
        var judge = new ArchiveJudge(Limits.Default);
        judge.Look(new FileEntry("gói", 0, EntryKind.EmptyFolder));
        judge.Look(new FileEntry("gói/data", 0, EntryKind.EmptyFolder));
        judge.Look(new FileEntry("gói/data/a.pdf", 3, EntryKind.File));
        judge.Look(new FileEntry("gói/data/A.pdf", 4, EntryKind.File));
        judge.Look(new FileEntry("gói/schemas", 0, EntryKind.EmptyFolder));
        var index = judge.ToIndex(isArchive: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((index.RootName, index.Count, index.Files, index.TotalBytes), Is.EqualTo(("gói", 3, 2, 7L)));
            Assert.That(index.Under("").Select(index.PathOf), Is.EqualTo(new[] { "data/A.pdf", "data/a.pdf", "schemas" }));
            Assert.That((index.Find("data"), index.FindFile("schemas"), index[index.Find("schemas")].Kind), Is.EqualTo((-1, -1, EntryKind.EmptyFolder)));
            Assert.That(index.Findings.Single(), Is.EqualTo(new Finding(ArchiveRules.CollidingName, "data/A.pdf")));
        }
    }

    [Test]
    public void Promises_are_kept_once_and_each_broken_one_is_told_with_who_made_it()
    {
        var judge = new ArchiveJudge(Limits.Default);
        var file = judge.Look(new FileEntry("a", 3, EntryKind.File));
        judge.Look(new FileEntry("b", 3, EntryKind.File));
        var promises = new FilePromises(judge.ToIndex(isArchive: false));
        var (one, other) = (promises.AddSource("manifest", ArchiveRules.Ratio, ArchiveRules.DamagedEntry), promises.AddSource("METS.xml", ArchiveRules.Ratio, ArchiveRules.DamagedEntry));
        var wrong = DigestAlgorithm.Sha512.Compute("abd"u8);
        promises.Add(file, one, size: null, DigestAlgorithm.Sha512, wrong.Bytes.AsSpan());
        promises.Add(file, other, size: null, DigestAlgorithm.Sha512, wrong.Bytes.AsSpan());
        promises.Add(file, other, size: 4, DigestAlgorithm.Md5, DigestAlgorithm.Md5.Compute("abc"u8).Bytes.AsSpan());
        var found = ContentDigests.Of("abc"u8, promises.AlgorithmsOf(file));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((promises.Has(file), promises.Has(file + 1)), Is.EqualTo((true, false)));
            Assert.That(promises.AlgorithmsOf(file), Is.EqualTo(new[] { DigestAlgorithm.Md5, DigestAlgorithm.Sha512 }));
            Assert.That(promises.Broken(file, found), Is.EquivalentTo(new[]
            {
                new Finding(ArchiveRules.Ratio, "a", "4 (METS.xml)", "3"),
                new Finding(ArchiveRules.DamagedEntry, "a", $"{wrong} (manifest)", found[DigestAlgorithm.Sha512].Hex),
            }));
        }
    }
}
