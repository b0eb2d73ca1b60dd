using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05.Lists;
using static Preservation.Packages.Tests.Tt05.Lists.ListSamples;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>Whatever a list says, its packages say.</summary>
public sealed class ListPropertyTests
{
    private static readonly (string Word, string Code)[] Types = [("Nghị quyết", "01"), ("quyết  định", "02"), ("Giấy uỷ quyền", "16"), ("Bản thoả thuận", "25"), ("31", "31")];
    private static readonly (string Word, string Code)[] Modes = [("Công khai", "01"), ("Sử dụng có điều kiện", "02")];

    private sealed record Said(string Subject, (string Word, string Code) Type, (string Word, string Code) Mode, int Pages, DateOnly Issued);

    private static Arbitrary<Said[]> Documents() =>
        (from size in Gen.Choose(1, 8)
         from documents in (from subject in Gen.Elements('ạ', 'Đ', 'o', '"', ';', ',', 'ư', '<', '&', '7').ArrayOf(12)
                            from type in Gen.Elements(Types)
                            from mode in Gen.Elements(Modes)
                            from pages in Gen.Choose(1, 9999)
                            from day in Gen.Choose(0, 364)
                            select new Said("S" + new string(subject), type, mode, pages, new DateOnly(2025, 1, 1).AddDays(day))).ArrayOf(size)
         select documents).ToArbitrary();

    [Test]
    public void Packages_say_what_the_list_says() =>
        Prop.ForAll(Documents(), said => Task.Run(() => HoldsAsync(said)).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static async Task<bool> HoldsAsync(Said[] said)
    {
        var delivery = new MemoryTree("giao");
        var rows = new List<object?[]> { Rows()[0] };
        for (var i = 0; i < said.Length; i++)
        {
            var row = Row(i + 1, $"G09.2025.{i % 2}", $"Hồ sơ {i % 2}", i / 2 + 1, (said.Length + 1 - i % 2) / 2, said[i].Type.Word, $"tài liệu\\{i}.pdf");
            (row[StartDay], row[StartMonth], row[Subject], row[DocumentMode], row[Pages]) = ("1", "1", said[i].Subject, said[i].Mode.Word, said[i].Pages.ToString("0000", CultureInfo.InvariantCulture));
            (row[IssuedDay], row[IssuedMonth], row[IssuedYear]) = (said[i].Issued.Day.ToString(CultureInfo.InvariantCulture), said[i].Issued.Month.ToString("00", CultureInfo.InvariantCulture), Written.Number("2025"));
            rows.Add(row);
            delivery.With($"tài liệu/{i}.pdf", $"%PDF {i}");
        }
        var list = said.Length % 2 == 0 ? await ReadAsync(Workbooks.Xlsx(Sheet(rows))) : await ReadAsync(Workbooks.Csv(rows, ';'), "list.csv");
        var outcome = await PackAsync(list, delivery);
        Assert.That(outcome.Findings, Is.Empty);
        foreach (var (_, _, zip) in outcome.Packages)
        {
            var report = await PackageCheck.CheckAsync(MemoryTree.FromZip(zip), PackageKind.Tt05, Limits.Default, default);
            Assert.That(report.Findings, Is.Empty);
            var expected = said.Where((_, i) => $"G09.2025.{i % 2}" == report.Description!.Field("fileCode"))
                .Select(s => (s.Subject, s.Type.Code, s.Mode.Code, s.Pages.ToString(CultureInfo.InvariantCulture), s.Issued.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)));
            Assert.That(report.Description!.Documents.Select(d => (d.Abstract, d.TypeCode, d.AccessMode, d.Fields.Single(f => f.Key == "numberOfPage").Value, d.Issued!.Text)), Is.EqualTo(expected));
        }
        return outcome.Packages.Count == Math.Min(said.Length, 2);
    }

    [Test]
    public async Task Three_hundred_dossiers_pass_without_their_content_being_held()
    {
        const int Dossiers = 300;
        const int Bytes = 1 << 20;
        var folder = Directory.CreateTempSubdirectory("list-").FullName;
        try
        {
            var rows = new List<object?[]> { Rows()[0] };
            var content = new byte[Bytes];
            for (var i = 0; i < Dossiers; i++)
            {
                rows.Add(Row(i + 1, $"G09.2025.{i}", $"Hồ sơ {i}", 1, 1, "Công văn", $"{i}.pdf"));
                BitConverter.TryWriteBytes(content, i);
                await File.WriteAllBytesAsync(Path.Join(folder, $"{i}.pdf"), content);
            }
            await using var delivery = new FolderTree(folder);
            var list = await ReadAsync(Workbooks.Xlsx(Sheet(rows)));
            var packing = await Tt05ListPacking.OpenAsync(delivery, list, null, Limits.Default, default);
            var options = new PackOptions(Tt05Samples.Now, Guid.NewGuid);
            long before = 0, most = 0;
            for (var i = 0; i < Dossiers; i++)
            {
                Assert.That((await packing.PackAsync(list.Dossiers[i], Stream.Null, options, default)).ObjId, Is.Not.Null);
                if (i % 50 != 9) continue;
                var live = GC.GetTotalMemory(forceFullCollection: true);
                if (before == 0) before = live;
                most = Math.Max(most, live - before);
            }
            Assert.That(packing.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
            Assert.That(most, Is.LessThan(16L * Bytes), "live memory does not grow with the content packed");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
