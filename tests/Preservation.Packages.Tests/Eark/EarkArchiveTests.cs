using System.Formats.Tar;
using System.IO.Compression;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.Eark;

namespace Preservation.Packages.Tests.Eark;

/// <summary>The rules about the archive file, on real files of each form.</summary>
public sealed class EarkArchiveTests
{
    private static readonly string[] ArchiveRules = ["CSIPSTR1", "CSIPSTR3", "AIP20", "AIP21", "AIP22", "AIP27", "AIP28"];

    [TestCase(".zip", "CSIPSTR3")]
    [TestCase(".tar", "CSIPSTR3")]
    [TestCase(".tar.gz", "CSIPSTR3 AIP28")]
    [TestCase("/", "")]
    [TestCase(" bản sao.zip", "CSIPSTR3 AIP21")]
    public async Task An_AIP_under_its_own_name(string ending, string expected) => await CheckAsync(ending, null, expected);

    [TestCase("other.zip", "CSIPSTR3 AIP20 AIP22")]
    [TestCase("other.tar.gz", "CSIPSTR3 AIP20 AIP22 AIP28")]
    public async Task An_AIP_under_another_name(string name, string expected) => await CheckAsync(null, name, expected);

    private static async Task CheckAsync(string? ending, string? name, string expected)
    {
        var aip = await EarkSamples.GetAsync(EarkSample.Aip);
        var folder = Directory.CreateTempSubdirectory("eark-");
        try
        {
            var content = Directory.CreateDirectory(Path.Combine(folder.FullName, "content", aip.RootName));
            foreach (var (path, bytes) in aip.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(content.FullName, path))!);
                await File.WriteAllBytesAsync(Path.Combine(content.FullName, path), bytes);
            }
            var file = await PackAsync(content, Path.Combine(folder.FullName, name ?? aip.RootName + ending));
            var (tree, _) = await FileTrees.OpenAsync(file, Limits.Default, default);
            await using (tree)
            {
                var report = await EarkValidator.CheckAsync(tree!, Limits.Default, default);
                Assert.That(report.Findings.Select(f => f.Rule.Code).Where(ArchiveRules.Contains), Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                Assert.That(report.Valid, Is.True);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PackAsync(DirectoryInfo content, string file)
    {
        if (file.EndsWith('/')) return content.FullName;
        if (file.EndsWith(".zip", StringComparison.Ordinal)) await ZipFile.CreateFromDirectoryAsync(content.FullName, file, CompressionLevel.Fastest, includeBaseDirectory: true);
        else if (file.EndsWith(".tar", StringComparison.Ordinal)) await TarFile.CreateFromDirectoryAsync(content.FullName, file, includeBaseDirectory: true);
        else
        {
            await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
            await TarFile.CreateFromDirectoryAsync(content.FullName, gzip, includeBaseDirectory: true);
        }
        return file;
    }
}
