using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Preservation.Workflow.Documents;

/// <summary>The texts of one kind of document in one language, from an embedded file with both.</summary>
internal sealed class DocumentTexts
{
    private readonly FrozenDictionary<string, string> _texts;

    private DocumentTexts(FrozenDictionary<string, string> texts, string language)
    {
        _texts = texts;
        Culture = CultureInfo.GetCultureInfo(language == "vi" ? "vi-VN" : "en-GB");
    }

    /// <summary>How numbers are written.</summary>
    public CultureInfo Culture { get; }

    /// <exception cref="KeyNotFoundException">There is no such text.</exception>
    public string this[string key] => _texts[key];

    /// <summary>The text, or null: for words that come from outside.</summary>
    public string? Find(string key) => _texts.GetValueOrDefault(key);

    public string Fill(string key, params object[] values) => string.Format(Culture, _texts[key], values);

    /// <param name="name">The file's name under <c>schemas/texts</c>.</param>
    /// <param name="language"><c>vi</c> or <c>en</c>.</param>
    public static DocumentTexts Load(string name, string language)
    {
        using var stream = typeof(DocumentTexts).Assembly.GetManifestResourceStream("texts." + name) ?? throw new InvalidOperationException($"{name} is not embedded");
        var all = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(stream) ?? throw new InvalidOperationException($"{name} is empty");
        return new DocumentTexts(all.ToFrozenDictionary(t => t.Key, t => t.Value[language]), language);
    }
}
