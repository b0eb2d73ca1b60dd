using System.Text.Json;
using System.Text.RegularExpressions;
using Preservation.Core.Findings;

namespace Preservation.Architecture.Tests;

/// <summary>The rule catalogues of <c>schemas/rules</c>: every rule speaks English and Vietnamese, and has a code of its own.</summary>
internal sealed partial class RuleBookTests
{
    private static IEnumerable<string> Books => Directory.EnumerateFiles(Path.Join(SourceTree.Root, "schemas/rules"), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Books))]
    public void Every_rule_has_texts_in_both_languages(string book)
    {
        var rules = Rules(book);
        Assert.That(rules, Is.Not.Empty);
        foreach (var rule in rules)
            foreach (var text in new[] { "message", "hint" })
            {
                var (en, vi) = (Text(rule, text, "en"), Text(rule, text, "vi"));
                Assert.That(en, Is.Not.Empty, () => $"{rule} {text}");
                Assert.That(vi, Is.Not.EqualTo(en), () => $"{rule} {text}");
                Assert.That(vi.Any(c => c > 127 && char.IsLetter(c)), Is.True, () => $"{rule} {text} has no Vietnamese letter");
                Assert.That(vi.IsNormalized(System.Text.NormalizationForm.FormC), Is.True, () => $"{rule} {text} is not in NFC");
                Assert.That(Places(vi), Is.EquivalentTo(Places(en)), () => $"{rule} {text} names other things in Vietnamese than in English");
            }
    }

    [TestCaseSource(nameof(Books))]
    public void Every_rule_has_a_code_a_severity_and_a_clause(string book)
    {
        foreach (var rule in Rules(book))
        {
            Assert.That(rule.GetProperty("code").GetString(), Does.Match("^[A-Za-z][A-Za-z0-9._-]+$"));
            Assert.That(Enum.TryParse<Severity>(rule.GetProperty("severity").GetString(), out _), Is.True, () => $"{rule}");
            Assert.That(rule.GetProperty("clause").GetString(), Is.Not.Empty, () => $"{rule}");
        }
    }

    [Test]
    public void No_code_stands_twice() =>
        Assert.That(Books.SelectMany(b => Rules(b).Select(r => (Code: r.GetProperty("code").GetString(), Book: b))).GroupBy(r => r.Code)
            .Where(g => g.Count() > 1).Select(g => $"{g.Key} in {string.Join(", ", g.Select(r => r.Book))}"), Is.Empty);

    [TestCaseSource(nameof(Books))]
    public void A_library_embeds_the_book_unchanged(string book)
    {
        var holders = SourceTree.Projects.Keys.Where(p => SourceTree.Load(p).GetManifestResourceNames().Contains("rules." + book)).ToList();
        Assert.That(holders, Has.Count.EqualTo(1));
        using var embedded = new StreamReader(SourceTree.Load(holders[0]).GetManifestResourceStream("rules." + book)!);
        Assert.That(embedded.ReadToEnd(), Is.EqualTo(File.ReadAllText(Path.Join(SourceTree.Root, "schemas/rules", book))));
        Assert.That(RuleBook.Load(SourceTree.Load(holders[0]), book).Rules, Has.Count.EqualTo(Rules(book).Count));
    }

    private static List<JsonElement> Rules(string book) =>
        [.. JsonDocument.Parse(File.ReadAllText(Path.Join(SourceTree.Root, "schemas/rules", book))).RootElement.GetProperty("rules").EnumerateArray()];

    private static string Text(JsonElement rule, string text, string language) => rule.GetProperty(text).GetProperty(language).GetString()!;

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(m => m.Value).Distinct();

    [GeneratedRegex(@"\{[a-zA-Z]+\}")]
    private static partial Regex Place();
}
