using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Preservation.Server.Pages.Texts;

/// <summary>Every text of the pages in one language, from the embedded <c>texts.json</c>.</summary>
internal sealed class PageTexts
{
    public const string Default = "vi";

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Resource = Load();
    private static readonly FrozenDictionary<string, PageTexts> ByLanguage = new[] { new PageTexts("vi", "vi-VN"), new PageTexts("en", "en-GB") }.ToFrozenDictionary(t => t.Language);

    private PageTexts(string language, string culture)
    {
        Language = language;
        Culture = CultureInfo.GetCultureInfo(culture);
    }

    /// <summary>All texts: key, then language.</summary>
    public static IReadOnlyDictionary<string, FrozenDictionary<string, string>> All => Resource;

    public static IEnumerable<string> Languages => ByLanguage.Keys;

    public string Language { get; }

    /// <summary>How numbers and dates are written.</summary>
    public CultureInfo Culture { get; }

    /// <exception cref="KeyNotFoundException">There is no such text: page and texts have parted.</exception>
    public string this[string key] => Resource.TryGetValue(key, out var text) ? text[Language] : throw new KeyNotFoundException($"no text {key}");

    /// <summary>The text with its numbered places filled.</summary>
    public string Fill(string key, params object[] values) => string.Format(Culture, this[key], values);

    /// <summary>The text of <c>prefix.value</c>, or the value itself when it is one that the pages do not know (a store's or agent's own word).</summary>
    public string Word(string prefix, string value) => Resource.TryGetValue($"{prefix}.{value}", out var text) ? text[Language] : value;

    /// <summary>The text of an enumeration's value, as <c>Type.Value</c>.</summary>
    public string Of<T>(T value) where T : struct, Enum => this[$"{typeof(T).Name}.{value}"];

    /// <summary>The texts in a language; Vietnamese when there are none in it.</summary>
    public static PageTexts In(string? language) => ByLanguage.GetValueOrDefault(language ?? "") ?? ByLanguage[Default];

    private static FrozenDictionary<string, FrozenDictionary<string, string>> Load()
    {
        using var stream = typeof(PageTexts).Assembly.GetManifestResourceStream("pages.texts.json") ?? throw new InvalidOperationException("pages.texts.json is not embedded");
        var texts = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(stream) ?? throw new InvalidOperationException("pages.texts.json is empty");
        return texts.ToFrozenDictionary(t => t.Key, t => t.Value.ToFrozenDictionary());
    }
}
