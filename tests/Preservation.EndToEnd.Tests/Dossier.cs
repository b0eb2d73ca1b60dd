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
        var json = Path.Join(folder, "dossier.json");
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(Metadata(agencyCode, agencyName, word, files.Keys, recordStatus, first)));
        var zip = Path.Join(folder, "dossier.zip");
        var packed = await Machine.RunAsync(Machine.Preserve, "pack", "tt05", source, "--out", zip, "--metadata", json);
        Assert.That(packed.Exit, Is.Zero, packed.Output + packed.Error);
        return zip;
    }

    /// <summary>Packs the dossiers of a round, a document of this size in each, in one run from an array in JSON; returns their paths.</summary>
    public static async Task<string[]> PackRoundAsync(string folder, string agencyCode, string agencyName, string registration, int count, int bytes)
    {
        var source = Directory.CreateDirectory(Path.Join(folder, "content")).FullName;
        var random = new Random(Machine.Seed);
        var noise = new byte[bytes / 4 * 3];
        var dossiers = new List<object>();
        for (var n = 1; n <= count; n++)
        {
            random.NextBytes(noise);
            await File.WriteAllTextAsync(Path.Join(source, $"quyết định {n}.txt"), Convert.ToBase64String(noise));
            dossiers.Add(Metadata(agencyCode, agencyName, $"HS{n:D3}", [$"quyết định {n}.txt"], "NEW", 1, registration, n));
        }
        var json = Path.Join(folder, "dossiers.json");
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(dossiers));
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve, "pack", "tt05", source, "--out", Path.Join(folder, "packages"), "--metadata", json, "--json");
        Assert.That(exit, Is.Zero, output + error);
        return [.. JsonDocument.Parse(output).RootElement.GetProperty("packages").EnumerateArray().Select(p => p.GetProperty("path").GetString()!)];
    }

    private static object Metadata(string agencyCode, string agencyName, string word, IEnumerable<string> files, string recordStatus, int first, string? registration = null, int ordinal = 1)
    {
        var fileCode = $"{agencyCode}.2024.{word}";
        return new
        {
            registrationCode = registration ?? $"01.NL.{agencyCode}.2024",
            recordStatus,
            agency = new { code = agencyCode, name = agencyName },
            fonds = new { code = agencyCode + ".P01" },
            ordinalInRound = ordinal,
            dossier = new
            {
                fileCode, title = $"Hồ sơ {word} về việc số hóa tài liệu", maintenance = "01", mode = "01", language = new[] { "01" }, startDate = "2024-01-15", endDate = "2024-06-12",
                keyword = "số hóa", numberOfPaper = "1", confidenceLevel = "03", riskRecovery = "0", description = "Người lập hồ sơ: Đỗ Thùy Dương",
            },
            defaults = new { document = new { organName = agencyName, language = new[] { "01" }, numberOfPage = "1", mode = "01", riskRecovery = "0" } },
            documents = files.Order(StringComparer.Ordinal).Select((name, i) => new
            {
                kind = "doc", docId = $"{agencyCode}.2024.{((ordinal - 1) * 10) + i + first:D4}", docCode = $"{fileCode}.{i + first:D7}", typeName = "02", codeNumber = $"{111 + i + first}", codeNotation = $"QĐ-{word}", issuedDate = $"2024-01-{14 + i + first}",
                subject = $"Quyết định {i + first} của {word}", confidenceLevel = "01", process = "0", file = name,
            }),
        };
    }
}
