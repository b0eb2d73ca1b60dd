using Preservation.Packages.Description;

namespace Preservation.Packages.Tests.Description;

public sealed class SupplementTests
{
    private static DocumentDescription Document(int ordinal, string subject, string? pages = "2", string? code = null) => new()
    {
        Id = $"VB-{ordinal}", Kind = "doc", Code = code ?? $"H.{ordinal:D7}", Ordinal = ordinal, Abstract = subject, DescriptorPath = $"EAD_doc_VB-{ordinal}.xml", FilePaths = [$"data/{ordinal}.pdf"],
        Fields = pages is null ? [] : [KeyValuePair.Create("numberOfPage", pages)],
    };

    private static PackageDescription Dossier(string? title, params DocumentDescription[] documents) => new()
    {
        Kind = PackageKind.Tt05, ObjId = "uuid-1", Title = title, Documents = [.. documents], RetentionCode = title is null ? null : "01",
        Fields = [KeyValuePair.Create("totalDoc", $"{documents.Length}"), KeyValuePair.Create("numberOfPage", "9"), .. title is null ? (KeyValuePair<string, string>[])[] : [KeyValuePair.Create("keyword", title)]],
        Aliases = [.. documents.Select(d => new PackageAlias("docCode", d.Code!))], Metadata = [.. documents.Select(d => new DescribedMetadata(d.DescriptorPath, "dmdSec", "OTHER", title, null))],
    };

    [Test]
    public void What_the_supplement_says_holds_and_the_rest_stays()
    {
        var merged = Supplement.Merge(Dossier("Hồ sơ", Document(1, "một"), Document(2, "hai")), Dossier(null, Document(2, "hai, sửa"), Document(3, "ba")));
        Assert.Multiple(() =>
        {
            Assert.That(merged.Documents.Select(d => d.Abstract), Is.EqualTo(new[] { "một", "hai, sửa", "ba" }));
            Assert.That((merged.Title, merged.RetentionCode, merged.Field("keyword")), Is.EqualTo(("Hồ sơ", "01", (string?)null)), "the dossier's fields are taken as a whole");
            Assert.That(merged.Aliases.Select(a => a.Value), Is.EqualTo(new[] { "H.0000001", "H.0000002", "H.0000003" }));
            Assert.That(merged.Metadata.Select(m => (m.Path, m.OtherMdType)), Is.EquivalentTo(new[] { ("EAD_doc_VB-1.xml", "Hồ sơ"), ("EAD_doc_VB-2.xml", (string?)null), ("EAD_doc_VB-3.xml", null) }));
        });
    }

    [Test]
    public void Counts_are_those_of_the_whole()
    {
        var merged = Supplement.Merge(Dossier("Hồ sơ", Document(1, "một"), Document(2, "hai")), Dossier(null, Document(3, "ba")));
        Assert.That((merged.Field("totalDoc"), merged.Field("numberOfPage")), Is.EqualTo(("3", "6")));
        var unknown = Supplement.Merge(Dossier("Hồ sơ", Document(1, "một", pages: null)), Dossier(null, Document(2, "hai")));
        Assert.That(unknown.Field("numberOfPage"), Is.EqualTo("9"), "what the sender said, where it cannot be counted");
    }

    [Test]
    public void Documents_with_one_code_are_the_same_document()
    {
        var before = Dossier("Hồ sơ", Document(1, "một"), Document(2, "hai"));
        var repeated = Supplement.Repeated(before, Dossier(null, Document(9, "hai nữa", code: "H.0000002"), Document(3, "ba"))).ToList();
        Assert.That(repeated.Select(r => (r.Before.Abstract, r.Now.Abstract)), Is.EqualTo(new[] { ("hai", "hai nữa") }));
    }
}
