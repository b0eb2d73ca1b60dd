using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Dip;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tests.Tt05;
using Preservation.Packages.Tt05;
using static Preservation.Packages.Tests.Dip.DipSamples;

namespace Preservation.Packages.Tests.Dip;

public sealed class DipPackerTests
{
    [TestCase(PackageKind.Tt05, PackageKind.Tt05)]
    [TestCase(PackageKind.Tt05, PackageKind.Eark)]
    [TestCase(PackageKind.Eark, PackageKind.Eark)]
    public async Task A_DIP_passes_the_rules_of_its_kind(PackageKind from, PackageKind kind)
    {
        var dip = await DipAsync(await AipAsync(from), kind);
        var report = await PackageCheck.CheckAsync(dip, kind, Limits.Default, default);
        Assert.That(Lines(report).Where(l => !l.StartsWith("Info", StringComparison.Ordinal)), Is.Empty);
        Assert.That(await PackageKinds.DetectAsync(dip, default), Is.EqualTo(kind));
    }

    [Test]
    public async Task Under_E_ARK_a_DIP_of_the_circular_breaks_no_rule()
    {
        // Unlike an AIP's, the profile that the circular asks of a DIP is E-ARK's own.
        var report = await PackageCheck.CheckAsync(await DipAsync(await Tt05AipAsync(), PackageKind.Tt05), PackageKind.Eark, Limits.Default, default);
        Assert.That(Lines(report), Is.Empty);
    }

    [TestCase(PackageKind.Tt05, PackageKind.Tt05)]
    [TestCase(PackageKind.Tt05, PackageKind.Eark)]
    [TestCase(PackageKind.Eark, PackageKind.Eark)]
    public async Task Every_content_file_is_the_AIPs_bit_for_bit_and_read_once(PackageKind from, PackageKind kind)
    {
        var aip = await AipAsync(from);
        aip.Opened.Clear();
        var dip = await DipAsync(aip, kind);
        Assert.That(Payload(dip), Is.EqualTo(Payload(aip)));
        Assert.That(Payload(aip).Keys.Where(p => !p.EndsWith(".fetch.txt", StringComparison.Ordinal)).Select(p => aip.Opened.GetValueOrDefault(p)), Is.All.EqualTo(1));
    }

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task A_selection_holds_the_documents_asked_for_and_no_other(PackageKind kind)
    {
        var dip = await DipAsync(await Tt05AipAsync(), kind, Request with { Documents = ["VB-0002"] });
        Assert.Multiple(() =>
        {
            Assert.That(Payload(dip).Keys, Is.EqualTo(new[] { "representations/rep1/data/VB-0002.pdf" }));
            Assert.That(dip.Files.Keys.Where(p => p.Contains("EAD_", StringComparison.Ordinal)), Is.EqualTo(new[] { "representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml" }));
            Assert.That(dip.Files.Values.Select(System.Text.Encoding.UTF8.GetString), Has.None.Contains("VB-0001"));
        });
        Assert.That((await PackageCheck.CheckAsync(dip, kind, Limits.Default, default)).Valid);
    }

    [Test]
    public async Task A_document_is_named_by_its_code_too()
    {
        var dip = await DipAsync(await Tt05AipAsync(), PackageKind.Tt05, Request with { Documents = ["G09.2025.01-TCCB.0000001"] });
        Assert.That(Payload(dip).Keys, Is.EqualTo(new[] { "VB-0001.pdf", "VB-0001.pdf.p7s", "VB-0001_PL02.xlsx" }.Select(n => "representations/rep1/data/" + n)));
    }

    [Test]
    public async Task Of_a_package_without_documents_paths_are_selected()
    {
        var dip = await DipAsync(await EarkAipAsync(), PackageKind.Eark, Request with { Documents = ["representations/rep1/data/a.txt"] });
        Assert.That(dip.Files.Keys.Where(p => p.StartsWith("representations/rep1/", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "representations/rep1/METS.xml", "representations/rep1/data/a.txt", "representations/rep1/metadata/preservation/PREMIS_rep1.xml",
        }));
        Assert.That((await PackageCheck.CheckAsync(dip, PackageKind.Eark, Limits.Default, default)).Valid);
    }

    [Test]
    public async Task A_bag_that_became_an_AIP_can_be_given()
    {
        using var zip = new MemoryStream();
        await Preservation.Packages.BagIt.BagItPacker.PackAsync(new MemoryTree("f").With("thư mục/a b.txt", "x"), "bao", [], zip, Tt05Samples.Options(), default);
        var bag = MemoryTree.FromZip(zip.ToArray());
        var description = (await PackageCheck.CheckAsync(bag, PackageKind.BagIt, Limits.Default, default)).Description!;
        var dip = await DipAsync(AipSamples.Build(AipPlanner.Plan(AipSamples.Request(bag, description)), bag), PackageKind.Eark, new DipRequest());
        Assert.That(Payload(dip).Keys, Is.EqualTo(new[] { "representations/rep1/data/thư mục/a b.txt" }));
        Assert.That(Lines(await PackageCheck.CheckAsync(dip, null, Limits.Default, default)).Where(l => l.StartsWith("Error", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase(PackageKind.Tt05, "VB-0009")]
    [TestCase(PackageKind.Tt05, "representations/rep1/data/VB-0001.pdf")]
    [TestCase(PackageKind.Eark, "representations/rep9")]
    [TestCase(PackageKind.Eark, "metadata/preservation/PREMIS.xml")]
    [TestCase(PackageKind.Eark, "representations/rep1/METS.xml")]
    public async Task What_the_package_does_not_have_is_told(PackageKind from, string asked)
    {
        var (result, _) = await MakeAsync(await AipAsync(from), from, Request with { Documents = [asked] });
        Assert.That(result.ObjId, Is.Null);
        Assert.That(result.Findings.Select(f => (f.Rule.Code, f.Found)), Does.Contain(("DIP-SELECTION", asked)));
    }

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task What_was_received_is_given_only_when_asked_for(PackageKind kind)
    {
        var aip = await Tt05AipAsync();
        var without = await DipAsync(aip, kind);
        var with = await DipAsync(aip, kind, Request with { IncludesSubmission = true });
        Assert.That(without.Files.Keys, Has.None.StartsWith("submission/"));
        Assert.That(with.Files.Where(f => f.Key.StartsWith("submission/", StringComparison.Ordinal)), Is.EqualTo(aip.Files.Where(f => f.Key.StartsWith("submission/", StringComparison.Ordinal))));
        Assert.That((await PackageCheck.CheckAsync(with, kind, Limits.Default, default)).Valid);
        Assert.That(() => MakeAsync(aip, kind, Request with { IncludesSubmission = true, Documents = ["VB-0001"] }), Throws.ArgumentException);
    }

    [Test]
    public async Task The_request_and_the_documents_stand_in_the_fields_of_Annex_V()
    {
        var dip = await DipAsync(await Tt05AipAsync(), PackageKind.Tt05);
        var request = await SimpleDc.ReadAsync(new MemoryStream(dip.Files["metadata/descriptive/EAD.xml"]), Limits.Default, default);
        var document = await SimpleDc.ReadAsync(new MemoryStream(dip.Files["representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml"]), Limits.Default, default);
        var mets = await MetsReader.ReadAsync(new MemoryStream(dip.Files["METS.xml"]), Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That((request["requestID"], request["requestDate"], request["purpose"], request["purposeContent"]), Is.EqualTo(("YC-2026-001", "02/03/2026", "02", "Giải quyết chế độ")));
            Assert.That((document["docId"], document["arcDocCode"], document["docCode"], document["organName"]), Is.EqualTo(("VB-0001", "G09.2025.01-TCCB.0000001", (string?)null, (string?)null)));
            Assert.That((document["maintenance"], document["riskRecovery"], document["issuedDate"], document["subject"]), Is.EqualTo(("01", "0", "04/03/2025", "Về việc thành lập tổ công tác")));
            Assert.That((mets.Profile, mets.Type, mets.Header!.OaisPackageType), Is.EqualTo((MetsNames.Tt05DipProfile, "MIXED", "DIP")));
            Assert.That(dip.RootName, Is.EqualTo(mets.ObjId!.Replace(':', '_')));
        });
    }

    [Test]
    public async Task Without_a_submission_beside_it_a_document_takes_what_its_dossier_says()
    {
        var aip = await Tt05AipAsync();
        foreach (var path in aip.Files.Keys.Where(p => p.StartsWith("submission/", StringComparison.Ordinal)).ToList()) aip.Files.Remove(path);
        var document = await SimpleDc.ReadAsync(new MemoryStream((await DipAsync(aip, PackageKind.Tt05)).Files["representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml"]), Limits.Default, default);
        Assert.That((document["maintenance"], document["riskRecovery"], document["riskRecoveryStatus"]), Is.EqualTo(("01", "1", "02")));
    }

    [Test]
    public async Task The_descriptors_meet_the_schemas_beside_them()
    {
        var dip = await DipAsync(await Tt05AipAsync(), PackageKind.Tt05);
        foreach (var (path, schema) in new[] { ("metadata/descriptive/EAD.xml", "ead.xsd"), ("representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml", "ead_doc.xsd") })
        {
            var set = new System.Xml.Schema.XmlSchemaSet();
            set.Add(null, System.Xml.XmlReader.Create(new MemoryStream(dip.Files["schemas/" + schema])));
            Assert.That(Shared.Validate(dip.Files[path], set), Is.Empty);
        }
    }

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task METS_and_PREMIS_meet_the_official_schemas(PackageKind kind)
    {
        var dip = await DipAsync(await AipAsync(kind), kind);
        foreach (var (path, bytes) in dip.Files.Where(f => f.Key.EndsWith("METS.xml", StringComparison.Ordinal))) Assert.That(Shared.Validate(bytes, Shared.MetsSchemas), Is.Empty, path);
        foreach (var (path, bytes) in dip.Files.Where(f => f.Key.Contains("/PREMIS", StringComparison.Ordinal))) Assert.That(Shared.Validate(bytes, Shared.PremisSchemas), Is.Empty, path);
    }

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task METS_lists_every_file_but_itself(PackageKind kind) => await AipSamples.AssertListsEverythingAsync(await DipAsync(await AipAsync(kind), kind));

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task PREMIS_tells_the_act_and_the_AIP_it_comes_from(PackageKind kind)
    {
        var dip = await DipAsync(await AipAsync(kind), kind);
        var premis = await PremisReader.ReadAsync(new MemoryStream(dip.Files["metadata/preservation/PREMIS.xml"]), Limits.Default, default);
        var files = await PremisReader.ReadAsync(new MemoryStream(dip.Files["representations/rep1/metadata/preservation/PREMIS_rep1.xml"]), Limits.Default, default);
        var dissemination = premis.Events.Single();
        var entity = premis.Objects.Single(o => o.Category == PremisObjectCategory.IntellectualEntity);
        Assert.Multiple(() =>
        {
            Assert.That(dissemination.Type, Is.EqualTo("dissemination"));
            Assert.That(dissemination.Objects.Select(o => (o.Identifier.Value, o.Roles[0])), Is.EqualTo(new[] { (AipSamples.Id, "source"), (entity.Identifiers[0].Value, "outcome") }));
            Assert.That(entity.Relationships.Single().Objects.Single(), Is.EqualTo(AipPlanner.PackageObject(AipSamples.Id)));
            Assert.That(premis.Agents.Select(a => a.Name), Is.SupersetOf(new[] { "Nguyễn Văn A", "Trần Thị B" }));
            Assert.That(files.Objects.Count(o => o.Category == PremisObjectCategory.File), Is.EqualTo(Payload(dip).Count));
        });
    }

    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.Eark)]
    public async Task A_damaged_file_is_never_given(PackageKind kind)
    {
        var aip = await Tt05AipAsync();
        aip.Files["representations/rep1/data/VB-0001.pdf"][2] ^= 1;
        var (result, _) = await MakeAsync(aip, kind);
        Assert.That((result.ObjId, result.Findings.Single(f => f.Rule.Severity == Severity.Error) is { Rule.Code: "DIP-CONTENT", Path: "representations/rep1/data/VB-0001.pdf" }), Is.EqualTo(((string?)null, true)));
        Assert.That((await MakeAsync(aip, kind, Request with { Documents = ["VB-0002"] })).Result.ObjId, Is.Not.Null, "what is sound can be given");
    }

    [Test]
    public async Task A_file_that_is_missing_or_in_no_METS_is_told()
    {
        var aip = (await Tt05AipAsync()).With("representations/rep1/data/stray.txt", "x");
        var (stray, dip) = await MakeAsync(aip, PackageKind.Tt05);
        Assert.That((stray.Findings.Any(f => f is { Rule.Code: "DIP-UNDECLARED", Path: "representations/rep1/data/stray.txt" }), Payload(dip!).ContainsKey("representations/rep1/data/stray.txt")), Is.EqualTo((true, false)));
        aip.Files.Remove("representations/rep1/data/VB-0001.pdf");
        Assert.That(Tt05Samples.Codes((await MakeAsync(aip, PackageKind.Tt05)).Result.Findings), Does.Contain("DIP-CONTENT"));
    }

    [Test]
    public async Task A_reference_into_another_package_is_told()
    {
        var (result, dip) = await MakeAsync(await Tt05AipAsync(), PackageKind.Tt05);
        Assert.That(result.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("DIP-HOLEY", "representations/rep1/data/VB-0003.pdf.fetch.txt") }));
        Assert.That(dip!.Files.Keys, Does.Contain("representations/rep1/data/VB-0003.pdf.fetch.txt"));
    }

    [Test]
    public async Task Only_an_archival_package_is_given()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(Tt05Samples.Codes((await MakeAsync(await Tt05Samples.SipAsync(), PackageKind.Tt05)).Result.Findings), Is.EqualTo(new[] { "DIP-SOURCE" }));
            Assert.That(Tt05Samples.Codes((await MakeAsync(new MemoryTree("x").With("bagit.txt", ""), PackageKind.Eark)).Result.Findings), Does.Contain("DIP-SOURCE"));
            Assert.That(Tt05Samples.Codes((await MakeAsync(await EarkAipAsync(), PackageKind.Tt05)).Result.Findings), Is.EqualTo(new[] { "DIP-DOCUMENTS" }));
            Assert.That(() => MakeAsync(new MemoryTree("x"), PackageKind.BagIt), Throws.ArgumentException);
        });
    }

    [Test]
    public async Task A_request_that_lacks_what_Annex_V_wants_gives_nothing()
    {
        var aip = await Tt05AipAsync();
        var (result, _) = await MakeAsync(aip, PackageKind.Tt05, new DipRequest { Purpose = "09" });
        Assert.That(result.Findings.Where(f => f.Rule.Severity == Severity.Error).Select(f => f.Rule.Code).Order(), Is.EqualTo(new[] { "VN-FLD-01", "VN-FLD-01", "VN-FLD-03" }));
        Assert.That((await MakeAsync(aip, PackageKind.Eark, new DipRequest())).Result.ObjId, Is.Not.Null, "E-ARK asks for no request");
    }

    [Test]
    public async Task A_secret_document_is_not_given()
    {
        var aip = await Tt05AipAsync();
        var path = "representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml";
        aip.Replace(path, "<mode>01</mode>", "<mode>03</mode>");
        Assert.That(Tt05Samples.Codes((await MakeAsync(aip, PackageKind.Tt05)).Result.Findings), Does.Contain("VN-SEC-01"));
    }

    [Test]
    public void Submission_to_archive_to_reader_keeps_every_byte_and_passes()
    {
        var sizes = Gen.Choose(0, 300).ListOf(4);
        var wanted = Gen.Choose(1, 15);
        var cases = sizes.Zip(wanted).Zip(Gen.Elements(PackageKind.Tt05, PackageKind.Eark));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var ((bytes, mask), kind) = c;
            return RoundTripAsync([.. bytes], mask, kind).GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    private static async Task<bool> RoundTripAsync(int[] sizes, int mask, PackageKind kind)
    {
        var folder = new MemoryTree("giao");
        for (var i = 0; i < sizes.Length; i++) folder.Files[$"tệp {i}.pdf"] = [.. Enumerable.Range(0, sizes[i]).Select(n => (byte)((n * (i + 7)) & 0xFF))];
        var documents = string.Join(',', sizes.Select((_, i) => $$"""
            { "file": "tệp {{i}}.pdf", "docId": "D-{{i}}", "typeName": "02", "issuedDate": "2025-03-04", "organName": "Bộ Nội vụ", "subject": "Tài liệu {{i}}", "numberOfPage": 1,
              "language": "01", "mode": "01", "riskRecovery": "0" }
            """));
        var json = $$"""
            { "registrationCode": "NL.1", "recordStatus": "NEW", "agency": { "code": "G09", "name": "Bộ Nội vụ" }, "fonds": { "code": "G09.01" },
              "dossier": { "fileCode": "G09.2025.X", "title": "Hồ sơ", "maintenance": "01", "mode": "01", "language": "01", "startDate": "2025-01-02", "endDate": "2025-12-31", "numberOfPaper": 5, "riskRecovery": "0" },
              "documents": [ {{documents}} ] }
            """;
        var sip = MemoryTree.FromZip((await Tt05Samples.PackAsync(json, folder)).Zip);
        var aip = AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!)), sip);
        var chosen = Enumerable.Range(0, sizes.Length).Where(i => (mask & (1 << i)) != 0).ToList();
        var dip = await DipAsync(aip, kind, Request with { Documents = mask == 15 ? [] : [.. chosen.Select(i => $"D-{i}")] });
        var report = await PackageCheck.CheckAsync(dip, null, Limits.Default, default);
        Assert.That((report.Kind, report.Valid), Is.EqualTo(((PackageKind?)kind, true)), string.Join('\n', Lines(report)));
        Assert.That(Payload(dip), Is.EqualTo(chosen.ToDictionary(i => $"representations/rep1/data/D-{i}.pdf", i => folder.Files[$"tệp {i}.pdf"])));
        return true;
    }
}
