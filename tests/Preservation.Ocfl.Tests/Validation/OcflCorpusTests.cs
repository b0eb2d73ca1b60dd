using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Testing;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>The public fixtures and own cases: the verdict binds, a named warning must be given, error codes are a ratchet.</summary>
public sealed class OcflCorpusTests
{
    private const double NamedErrorCodesAtLeast = 0.98;

    [Test]
    public async Task Every_verdict_and_every_named_warning_is_as_the_corpus_says()
    {
        var faults = new List<string>();
        foreach (var (path, expected) in Cases())
        {
            var findings = await FindingsAsync(path, expected);
            var isValid = findings.All(f => f.Rule.Severity != Severity.Error);
            var codes = findings.Select(f => f.Rule.Code).Distinct().Order(StringComparer.Ordinal).ToArray();
            if (isValid == expected.Contains("INVALID", StringComparison.Ordinal)) faults.Add($"{path}: {expected}, found {string.Join(' ', codes)}");
            foreach (var warning in Codes(expected, 'W'))
                if (!codes.Contains(warning)) faults.Add($"{path}: {warning} not found");
        }
        Assert.That(faults, Is.Empty, string.Join('\n', faults));
    }

    [Test]
    public async Task A_fault_is_called_by_one_of_the_codes_the_corpus_names()
    {
        var (named, all) = (0, 0);
        var missed = new List<string>();
        foreach (var (path, expected) in Cases().Where(c => Codes(c.Expected, 'E').Length > 0))
        {
            all++;
            var codes = (await FindingsAsync(path, expected)).Select(f => f.Rule.Code).ToHashSet();
            if (Codes(expected, 'E').Any(codes.Contains)) named++;
            else missed.Add($"{path}: {expected}, found {string.Join(' ', codes)}");
        }
        TestContext.Out.WriteLine($"{named} of {all}\n{string.Join('\n', missed)}");
        Assert.That((double)named / all, Is.GreaterThanOrEqualTo(NamedErrorCodesAtLeast), string.Join('\n', missed));
    }

    private static IEnumerable<(string Path, string Expected)> Cases() =>
        File.ReadLines(SharedFiles.Corpus("manifest.csv"))
            .Where(l => l.StartsWith("ocfl/", StringComparison.Ordinal))
            .Select(l => l.Split(','))
            .Select(c => (Path: c[0], Expected: c.First(f => f.Contains("VALID", StringComparison.Ordinal) || f.StartsWith("input", StringComparison.Ordinal))))
            .Where(c => c.Expected.Contains("VALID", StringComparison.Ordinal));

    private static string[] Codes(string expected, char letter) =>
        [.. expected.Split(' ').Where(w => w.Length == 4 && w[0] == letter && char.IsAsciiDigit(w[1]))];

    private static async Task<IReadOnlyList<Finding>> FindingsAsync(string path, string expected)
    {
        if (expected.StartsWith("INVENTORY", StringComparison.Ordinal))
        {
            await using var stream = File.OpenRead(SharedFiles.Corpus(path));
            return (await InventoryReader.ReadAsync(stream, OcflVersion.V10, Limits.Default, default)).Findings;
        }
        var (tree, _) = await FileTrees.OpenAsync(SharedFiles.Corpus(path), Limits.Default, default);
        await using (tree!)
        {
            var report = expected.StartsWith("ROOT", StringComparison.Ordinal)
                ? await OcflValidator.ValidateStorageRootAsync(tree!, OcflOptions.Default, default)
                : await OcflValidator.ValidateObjectAsync(tree!, OcflOptions.Default, default);
            return report.Findings;
        }
    }
}
