using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>A small Circular 05/2025 dossier, packed by the command line as an agency would.</summary>
internal static class Dossier
{
    /// <summary>Packs a dossier with a document for each file into a zip within the folder and returns its path. The word stands in title, subject and file names.</summary>
    public static async Task<string> PackAsync(string folder, string agencyCode, string agencyName, string word, IReadOnlyDictionary<string, byte[]> files, string recordStatus = "NEW", int first = 1)
    {
        var source = Directory.CreateDirectory(Path.Join(folder, "content")).FullName;
        foreach (var (name, content) in files) await File.WriteAllBytesAsync(Path.Join(source, name), content);
        var fileCode = $"{agencyCode}.2024.{word}";
        var metadata = new
        {
            registrationCode = $"01.NL.{agencyCode}.2024",
            recordStatus,
            agency = new { code = agencyCode, name = agencyName },
            fonds = new { code = agencyCode + ".P01" },
            ordinalInRound = 1,
            dossier = new
            {
                fileCode, title = $"Hồ sơ {word} về việc số hóa tài liệu", maintenance = "01", mode = "01", language = new[] { "01" }, startDate = "2024-01-15", endDate = "2024-06-12",
                keyword = "số hóa", numberOfPaper = "1", confidenceLevel = "03", riskRecovery = "0", description = "Người lập hồ sơ: Đỗ Thùy Dương",
            },
            defaults = new { document = new { organName = agencyName, language = new[] { "01" }, numberOfPage = "1", mode = "01", riskRecovery = "0" } },
            documents = files.Keys.Order(StringComparer.Ordinal).Select((name, i) => new
            {
                kind = "doc", docId = $"{agencyCode}.2024.{i + first:D4}", docCode = $"{fileCode}.{i + first:D7}", typeName = "02", codeNumber = $"{111 + i + first}", codeNotation = $"QĐ-{word}", issuedDate = $"2024-01-{14 + i + first}",
                subject = $"Quyết định {i + first} của {word}", confidenceLevel = "01", process = "0", file = name,
            }),
        };
        var json = Path.Join(folder, "dossier.json");
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(metadata));
        var zip = Path.Join(folder, "dossier.zip");
        var packed = await Machine.RunAsync(Machine.Preserve, "pack", "tt05", source, "--out", zip, "--metadata", json);
        Assert.That(packed.Exit, Is.Zero, packed.Output + packed.Error);
        return zip;
    }
}
