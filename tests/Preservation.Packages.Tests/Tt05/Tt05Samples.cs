using System.Text;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests.Tt05;

internal static class Tt05Samples
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    public const string Json = """
        {
          "registrationCode": "NL.BNV.2026.01", "recordStatus": "NEW", "ordinalInRound": 3,
          "agency": { "code": "G09", "name": "Bộ Nội vụ" }, "fonds": { "code": "G09.01" },
          "defaults": { "document": { "language": "01", "mode": "01", "riskRecovery": "0", "confidenceLevel": "02" } },
          "dossier": {
            "fileCode": "G09.2025.01-TCCB", "title": "Hồ sơ đề án tổ chức bộ máy", "maintenance": "01", "mode": "01", "language": ["01", "02"],
            "startDate": "2025-01-02", "endDate": "31/12/2025", "numberOfPaper": 5, "riskRecovery": "1", "riskRecoveryStatus": "02",
            "confidenceLevel": "02", "paperFileCode": "K1.G2.H3"
          },
          "documents": [
            { "file": "qd/Quyết định 1.pdf", "attachments": ["qd/Quyết định 1.pdf.p7s", "qd/Phụ lục.xlsx"],
              "docId": "VB-0001", "typeName": "02", "codeNumber": "01", "codeNotation": "QĐ-BNV", "issuedDate": "2025-03-04",
              "organName": "Bộ Nội vụ", "subject": "Về việc thành lập tổ công tác", "numberOfPage": 3 },
            { "file": "tt/To trinh.pdf", "docId": "VB-0002", "typeName": "15", "issuedDate": "05/04/2025", "organName": "Vụ TCCB",
              "subject": "Tờ trình", "numberOfPage": 2, "confidenceLevel": "01", "process": "0" },
            { "fetch": "uuid-AAAA/representations/rep1/data/VB-9.pdf", "docId": "VB-0003", "typeName": "22", "issuedDate": "06/04/2025",
              "organName": "Vụ TCCB", "subject": "Công văn đã nộp", "numberOfPage": 1 }
          ]
        }
        """;

    public static MemoryTree Folder() => new MemoryTree("giao")
        .With("qd/Quyết định 1.pdf", "%PDF-1").With("qd/Quyết định 1.pdf.p7s", "sig").With("qd/Phụ lục.xlsx", "xlsx").With("tt/To trinh.pdf", "%PDF-2");

    public static async Task<Tt05Source> SourceAsync(string json = Json)
    {
        var (source, findings) = await Tt05Source.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), Limits.Default, default);
        Assert.That(findings, Is.Empty);
        return source!;
    }

    public static PackOptions Options()
    {
        var next = 0;
        return new PackOptions(Now, () => new Guid(++next, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])) { Software = new PackageSoftware("Preservation", "0.1.0") };
    }

    public static async Task<(PackResult Result, byte[] Zip)> PackAsync(string json = Json, MemoryTree? folder = null)
    {
        using var zip = new MemoryStream();
        var result = await Tt05Packer.PackAsync(folder ?? Folder(), await SourceAsync(json), zip, Options(), default);
        return (result, zip.ToArray());
    }

    public static async Task<MemoryTree> SipAsync() => MemoryTree.FromZip((await PackAsync()).Zip);

    public static Task<PackageReport> CheckAsync(MemoryTree tree, Tt05CheckOptions? options = null) =>
        Tt05Validator.CheckAsync(tree, options ?? Tt05CheckOptions.Default, Limits.Default, default);

    public static IEnumerable<string> Codes(IEnumerable<Finding> findings) => findings.Select(f => f.Rule.Code).Distinct();
}
